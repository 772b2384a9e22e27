import { AssertionError } from 'node:assert';
import { beforeEach, describe, expect, it } from 'vitest';
import { ladderLines } from '../../bot/views/ladder.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { KexecBench } from '../support/kexec-bench.ts';
import { judge, type Seen } from './judge.ts';
import { chosenStarts, starts } from './starts.ts';

/** What a run would have seen of the jump of a modelled server. */
async function seenOf(bench: KexecBench): Promise<Seen> {
  let before = bench.record;
  const start = bench.device.onNewKernel;
  bench.device.onNewKernel = (cmdline) => {
    start(cmdline);
    before = bench.record;
    bench.device.hostKey = Buffer.from('a fresh key').toString('base64');
  };
  await bench.survey();
  await bench.through('plan');
  const { kexec, plan, survey } = bench.record.facts;
  if (!kexec || !plan || !survey) throw new Error('there is no plan');
  const facts = {
    ...bench.record.facts,
    kexec: { ...kexec, source: 'operator' as const },
    survey: { ...survey, cmdline: bench.device.cmdline },
    bind: bound(['nvme']),
  };
  const after: InstallRecord = { ...bench.record, phase: 'done', facts };
  return {
    before,
    after,
    entries: 1,
    thread: ladderLines(plan.ladder).join('\n'),
    metal: 'OK fw=BIOS mac=52:54:00:bb:00:01',
  };
}

const bound = (drivers: readonly string[]) => ({
  deadManSeconds: 0,
  previous: drivers.map((driver) => ({ address: '0000:02:00.0', driver })),
});

let seen: Seen;

beforeEach(async () => {
  seen = await seenOf(await new KexecBench().ready());
});

const facts = (given: Partial<InstallRecord['facts']>): Seen => ({
  ...seen,
  after: { ...seen.after, facts: { ...seen.after.facts, ...given } },
});

function withMenu({ after: { facts: given } }: Seen) {
  if (!given.survey) throw new Error('there is no survey');
  return { ...given.survey, bootMenu: { entries: [], current: '' } };
}

describe('a run of the kernel that comes up', () => {
  it('is as it should be where all of it was seen', () => {
    expect(() => judge(seen, starts.up)).not.toThrow();
  });

  it.each([
    ['the install failed', () => ({ ...seen, after: { ...seen.after, phase: 'undone' as const } })],
    ['the host key stayed', () => facts({ reach: seen.before.facts.reach })],
    ['the provider was asked twice', () => ({ ...seen, entries: 2 })],
    ['the kernel does not show the word', () => facts({ survey: seen.before.facts.survey })],
    ['no driver gave the disk away', () => facts({ bind: bound([]) })],
    ['the thread says nothing of it', () => ({ ...seen, thread: '' })],
    ['the metal had another port', () => ({ ...seen, metal: 'OK fw=BIOS mac=52:54:00:aa:00:01' })],
    ['the metal had other firmware', () => ({ ...seen, metal: 'OK fw=UEFI mac=52:54:00:bb:00:01' })],
    ['the new kernel had boot entries that the old one had not', () => facts({ survey: withMenu(seen) })],
  ])('is not where %s', (_what, given) => {
    expect(() => judge(given(), starts.up)).toThrow(AssertionError);
  });

  it('is none of a UEFI server', () => {
    expect(() => judge(seen, starts.uefi)).toThrow(AssertionError);
  });

  it('is none of a kernel that hangs', () => {
    expect(() => judge(seen, starts.hangs)).toThrow('failed');
  });
});

it('is chosen by name', () => {
  expect(chosenStarts(undefined)).toEqual(['up', 'uefi', 'hangs', 'panics', 'stranger']);
  expect(chosenStarts('hangs, up')).toEqual(['hangs', 'up']);
  expect(() => chosenStarts('up,down')).toThrow('down is none of up, uefi, hangs, panics, stranger');
});
