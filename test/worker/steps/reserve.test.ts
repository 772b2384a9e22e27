import { beforeEach, expect, it } from 'vitest';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;
beforeEach(() => {
  bench = new StepBench();
});

const key = 'equinix-metal/d-1';

it('takes the device and keeps what the provider says of it; again changes nothing', async () => {
  await bench.through('reserve', 'reserve');
  expect(bench.leases.get(key)).toBe(bench.record.id);
  expect(bench.record.facts.reserve).toEqual({
    name: 'web-07',
    address: '127.0.77.1',
    macs: ['52:54:00:aa:00:01'],
    saved: { always_pxe: false },
  });
});

it('refuses a device that another install holds, and names that install', async () => {
  bench.leases.set(key, 'xe-other');
  bench.others.set('xe-other', { ...bench.record, id: 'xe-other', phase: 'stuck' });
  await expect(bench.run('reserve')).rejects.toMatchObject({
    code: 'device-busy',
    retry: 'no',
    userMessage: expect.stringContaining('xe-other'),
  });
  await bench.undo('reserve');
  expect(bench.leases.get(key)).toBe('xe-other');
});

it.each(['done', 'undone', 'denied'] as const)('heals the lease that a %s install never gave back', async (phase) => {
  bench.leases.set(key, 'xe-old');
  bench.others.set('xe-old', { ...bench.record, id: 'xe-old', phase });
  expect(await bench.run('reserve')).toMatchObject({ kind: 'waiting', ms: 0 });
  await bench.through('reserve');
  expect(bench.leases.get(key)).toBe(bench.record.id);
});

it('refuses a device that the provider does not let us work on, in its words', async () => {
  bench.provider.blocked = 'web-07 is locked: unlock it first.';
  await expect(bench.run('reserve')).rejects.toMatchObject({
    code: 'device-unfit',
    retry: 'no',
    userMessage: 'web-07 is locked: unlock it first.',
  });
});

it('gives the device free when undone, also twice and when it never had it', async () => {
  await bench.undo('reserve');
  await bench.through('reserve');
  await bench.undo('reserve');
  await bench.undo('reserve');
  expect(bench.leases.size).toBe(0);
});
