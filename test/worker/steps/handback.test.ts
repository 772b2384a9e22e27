import { beforeEach, describe, expect, it } from 'vitest';
import { XepaError } from '../../../core/errors.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;

beforeEach(async () => {
  bench = new StepBench();
  await bench.readyToBind();
  await bench.through('bind', 'launch', 'console');
  if (bench.device.vm) bench.device.vm.status = 'running';
  bench.device.done = [];
});

const wait = (ms: number) => bench.clock.forward(ms);
const guestPowersOff = () => {
  if (bench.device.vm) bench.device.vm.status = 'shutdown';
};

it('closes the console, powers the guest down, ends QEMU and gives the hardware back', async () => {
  bench.device.onPowerDown = guestPowersOff;
  expect(await bench.run('handback')).toMatchObject({ why: 'the installed system to power down' });
  expect(await bench.run('handback')).toMatchObject({ why: 'the VM to stop' });
  await bench.through('handback');
  expect(bench.device.done).toEqual(['system_powerdown', 'quit', 'give back', 'disarm']);
  expect(bench.revoked).toContain('xe-7f3kq2');
  expect(bench.device.timer).toBe('off');
  expect(bench.record.facts.handback).toEqual({
    restored: ['0000:02:00.0 nvme', '0000:01:00.0 e1000e'],
    loaders: ['nvme0n1 has boot code'],
    written: [],
    notes: [],
    loader: null,
    bootable: { verdict: 'yes', why: 'nvme0n1 has boot code' },
  });
  expect(bench.device.disk.lookedAt).toEqual(['0000:02:00.0']);
});

it('leaves nothing of a virtual TPM behind', async () => {
  const { plan } = bench.record.facts;
  if (plan?.vm) plan.vm.tpm = true;
  guestPowersOff();
  await bench.run('handback');
  await bench.through('handback');
  expect(bench.device.done).toEqual(['quit', 'kill vm', 'give back', 'disarm']);
});

it('does not power down a guest that has powered off by itself', async () => {
  guestPowersOff();
  await bench.run('handback');
  await bench.through('handback');
  expect(bench.device.done).toEqual(['quit', 'give back', 'disarm']);
});

it('does not wait for a VM that was switched off at its console', async () => {
  if (bench.device.vm) bench.device.vm.status = 'prelaunch';
  await bench.run('handback');
  await bench.through('handback');
  expect(bench.device.done).toEqual(['quit', 'give back', 'disarm']);
});

it('lets a paused VM run, so that its guest can power down', async () => {
  if (bench.device.vm) bench.device.vm.status = 'paused';
  bench.device.onPowerDown = guestPowersOff;
  await bench.run('handback');
  expect(bench.device.done).toEqual(['cont', 'system_powerdown']);
});

it('gives a guest that does not listen its time, then ends QEMU, then kills it', async () => {
  await bench.run('handback');
  await bench.run('handback');
  expect(bench.device.done).toEqual(['system_powerdown', 'system_powerdown']);
  wait(bench.deps.settings.powerDownMs + 1);
  await bench.run('handback');
  expect(bench.device.done.at(-1)).toBe('quit');
  await bench.through('handback');
});

it('kills a QEMU that does not listen when its time is over, and not before', async () => {
  bench.device.qmp = 'deaf';
  for (let look = 0; look < 8; look += 1) {
    expect(await bench.run('handback')).toMatchObject({ kind: 'waiting' });
    wait(10_000);
  }
  expect(bench.device.done).toEqual([]);
  wait(60_000);
  expect(await bench.run('handback')).toMatchObject({ kind: 'waiting', ms: 0 });
  expect(bench.device.done).toEqual(['kill vm']);
  await bench.through('handback');
});

it('can be run again after each half of it', async () => {
  guestPowersOff();
  await bench.run('handback');
  for (const action of ['give back', 'disarm']) {
    bench.device.faults.set(action, { error: new Error('killed'), after: true });
    await expect(bench.run('handback')).rejects.toThrow('killed');
    bench.crash('handback');
  }
  await bench.through('handback', 'handback');
  expect([...bench.device.drivers.values()]).toEqual(['e1000e', 'nvme']);
});

it('goes on without a port that does not come back, after some tries: the restart brings it back', async () => {
  bench.device.vm = null;
  const stuck = () =>
    bench.device.faults.set('give back', {
      error: new XepaError('device-unfit', {
        message: 'x',
        userMessage: 'It did not take back 0000:01:00.0.',
        retry: 'backoff',
      }),
    });
  for (let time = 0; time < 3; time += 1) {
    stuck();
    await expect(bench.run('handback')).rejects.toThrow('x');
  }
  stuck();
  await bench.through('handback');
  expect(bench.record.facts.handback).toMatchObject({
    restored: [],
    loaders: [expect.stringContaining('did not take back 0000:01:00.0'), 'nvme0n1 has boot code'],
    bootable: { verdict: 'yes' },
  });
  expect(bench.device.timer).toBe('off');
});

it('never goes on while a VM holds the hardware', async () => {
  bench.device.vm = null;
  for (let time = 0; time < 6; time += 1) {
    bench.device.faults.set('give back', {
      error: new XepaError('vm-failed', { message: 'held', userMessage: 'It is held.', retry: 'backoff' }),
    });
    await expect(bench.run('handback')).rejects.toThrow('held');
  }
});

it('boots a disk that cannot be looked at, after some tries', async () => {
  bench.device.vm = null;
  const failing = () =>
    bench.device.faults.set('look at disks', {
      error: new XepaError('host-command-failed', {
        message: 'x',
        userMessage: 'It answered in part.',
        retry: 'backoff',
      }),
    });
  for (let time = 0; time < 3; time += 1) {
    failing();
    await expect(bench.run('handback')).rejects.toThrow('x');
  }
  failing();
  await bench.through('handback');
  expect(bench.record.facts.handback).toMatchObject({
    loaders: ['The disk could not be looked at: It answered in part.'],
    bootable: { verdict: 'unsure' },
  });
});

it('has lost nothing when the connection is cut in it', async () => {
  bench.deps.shells.close();
  bench.device.ssh = 'down';
  await expect(bench.run('handback')).rejects.toMatchObject({ code: 'unreachable', retry: 'backoff' });
});

describe('a disk of the rescue system', () => {
  beforeEach(async () => {
    bench = new StepBench();
    bench.withoutIommu();
    await bench.readyToBind();
    await bench.through('bind', 'launch', 'console');
    bench.device.vm = null;
    bench.device.done = [];
  });

  it('is read again before loaders are looked for, on it and nowhere else', async () => {
    const { plan } = bench.record.facts;
    if (plan) bench.record = { ...bench.record, facts: { ...bench.record.facts, plan: { ...plan, firmware: 'uefi' } } };
    await bench.through('handback');
    expect(bench.device.done).toContain('reread /dev/nvme0n1');
    expect(bench.device.disk.lookedAt).toEqual(['/dev/nvme0n1']);
    expect(bench.record.facts.handback).toMatchObject({
      restored: ['/dev/nvme0n1 was read again: 1 partition'],
      loaders: ['nvme0n1p1 got its loader /EFI/debian/shimx64.efi copied to where firmware finds it'],
    });
  });

  it('that cannot be read again is told of, and keeps nobody from booting it', async () => {
    bench.device.disk.afterwards = 'busy';
    bench.device.disk.bootCode = false;
    await bench.through('handback');
    expect(bench.record.facts.handback?.loaders).toContainEqual(expect.stringContaining('could not be read again'));
  });
});
