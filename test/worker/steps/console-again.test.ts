import { beforeEach, describe, expect, it } from 'vitest';
import { inAnotherRound, startsFromDisk } from '../../../core/console-round.ts';
import { consoleIsOpen } from '../../../core/contracts/install.ts';
import type { AnswerKind } from '../../../core/contracts/question.ts';
import { bootMetal, cancelInstall, isCancelled } from '../../../core/decisions.ts';
import { answerQuestion, openQuestion } from '../../../core/questions.ts';
import { alice, bob } from '../../support/an-install.ts';
import { StepBench } from '../../support/step-bench.ts';

const toConsole = ['survey', 'plan', 'prepare', 'media', 'bind', 'launch', 'console'] as const;
let bench: StepBench;

async function untilAsked(): Promise<void> {
  for (let look = 0; look < 60; look += 1) {
    const outcome = await bench.run('verify');
    if (outcome.kind !== 'waiting' || openQuestion(bench.record)) return;
    bench.clock.forward(Math.max(outcome.ms, 60_000));
  }
  throw new Error('nothing was asked');
}

async function say(kind: AnswerKind): Promise<void> {
  const n = openQuestion(bench.record)?.n ?? 0;
  const change = answerQuestion(bench.record, { n, kind }, { by: bob, at: bench.clock.now() });
  if (!change) throw new Error(`${kind} is no answer now`);
  bench.record = change.record;
  await bench.run('verify');
}

function drives(): string[] {
  const argv = bench.device.vm?.argv ?? [];
  return argv.filter((_, index) => argv[index - 1] === '-drive');
}

/** Somebody at the console says that it is done. */
async function release(): Promise<void> {
  const decided = bootMetal({ ...bench.record, at: 'attend' }, bob, bench.clock.now());
  if (!decided) throw new Error('the console is not open');
  bench.record = decided.record;
  await bench.through('attend');
  bench.device.vm = null;
  await bench.through('handback', 'boot');
}

beforeEach(async () => {
  bench = new StepBench();
  bench.record = { ...bench.record, request: { ...bench.record.request, fix: ['serial'] } };
  await bench.readyToBind();
  await bench.through('bind', 'launch', 'console');
  await release();
  await untilAsked();
  await say('to-rescue');
  await untilAsked();
  bench.device.done = [];
});

describe('the console again', () => {
  beforeEach(() => say('console-again'));

  it('begins with the survey of the rescue system that is there, and forgets what was before', () => {
    expect(bench.record.at).toBe('survey');
    expect(bench.record.journal.map(({ step }) => step)).toEqual(['reserve', 'rescue', 'reach']);
    expect(bench.record.decision).toBeUndefined();
    const { facts } = bench.record;
    for (const fact of ['bind', 'launch', 'media', 'attend', 'poweringDown'] as const)
      expect(facts[fact]).toBeUndefined();
    expect(facts.again).toEqual({ n: 1, by: bob.id });
    expect(inAnotherRound(bench.record)).toBe(true);
  });

  it('starts the VM from the disk, with an empty drive and nothing of the ISO', async () => {
    await bench.through(...toConsole);
    expect(bench.device.done).not.toContain('download');
    expect(drives()).toEqual(['if=none,id=cdrom0,media=cdrom,readonly=on']);
    expect(await bench.run('attend')).toMatchObject({ kind: 'waiting', why: 'the people at its console' });
    expect(consoleIsOpen(bench.record)).toBe(true);
    expect(startsFromDisk(bench.record)).toBe(true);
  });

  it('is handed back as an install is, then the metal starts and has its whole time again', async () => {
    await bench.through(...toConsole);
    await release();
    expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue', 'reboot']);
    const before = bench.clock.now();
    await untilAsked();
    expect(bench.clock.now() - before).toBeGreaterThanOrEqual(bench.deps.settings.verifyMs);
    expect(openQuestion(bench.record)).toMatchObject({ n: 3, kind: 'silent' });
    expect(bench.record.facts.handback?.bootable).toBeDefined();
  });

  it('ends well when the metal comes up after it', async () => {
    await bench.through(...toConsole);
    await release();
    bench.seen.openPorts = [443];
    await bench.through('verify', 'release');
    expect(bench.record.facts.verify).toMatchObject({ up: true });
    expect(bench.leases.size).toBe(0);
  });

  it('may be had as often as somebody wants it', async () => {
    await bench.through(...toConsole);
    await release();
    await untilAsked();
    await say('to-rescue');
    await untilAsked();
    await say('console-again');
    expect(bench.record.facts.again?.n).toBe(2);
    await bench.through(...toConsole);
    expect(await bench.run('attend')).toMatchObject({ kind: 'waiting' });
    expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue', 'reboot', 'rescue']);
  });

  it('can be cancelled: what it did is undone on the device, and the metal starts once', async () => {
    await bench.through(...toConsole);
    await bench.run('attend');
    const cancelled = cancelInstall(bench.record, alice, bench.clock.now());
    if (!cancelled) throw new Error('nothing to cancel');
    bench.record = cancelled.record;
    expect(isCancelled(bench.record)).toBe(true);
    for (const step of [...toConsole].reverse()) await bench.undo(step);
    expect(bench.device.vm).toBeNull();
    expect(bench.device.timer).toBe('off');
    await bench.undo('rescue');
    await bench.undo('rescue');
    expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue', 'reboot']);
  });

  it('cannot be cancelled any more once the metal was started again, and an old cancellation stops no later round', async () => {
    await bench.through(...toConsole);
    await release();
    expect(cancelInstall(bench.record, alice, 1)).toBeNull();
    bench.record = { ...bench.record, cancel: { by: alice, at: 1 } };
    await untilAsked();
    await say('to-rescue');
    await untilAsked();
    await say('console-again');
    expect(isCancelled(bench.record)).toBe(false);
  });
});

it('fetches no disc again that was in the drive before', async () => {
  const disc = { name: 'x', path: '/x', bytes: 1, sha256: '', why: '', state: 'ready', n: 4 } as const;
  bench.record = { ...bench.record, facts: { ...bench.record.facts, otherDisc: disc } };
  await say('console-again');
  expect(bench.record.facts.otherDisc).toMatchObject({ n: 4, state: 'failed' });
});

it('that came to nothing is told, and asked about again, in the rescue system that is there', async () => {
  await say('console-again');
  const { again } = bench.record.facts;
  if (!again) throw new Error('no round');
  // What the engine makes of a round that it has undone.
  const failed = { ...again, failed: 'The virtual machine did not start.' };
  bench.record = { ...bench.record, at: 'verify', facts: { ...bench.record.facts, again: failed } };
  await untilAsked();
  expect(openQuestion(bench.record)).toMatchObject({
    n: 3,
    kind: 'in-rescue',
    why: expect.stringContaining('could not be opened again. The virtual machine did not start.'),
    answers: ['console-again', 'boot', 'leave-in-rescue'],
  });
  expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue']);
  await say('boot');
  expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue', 'reboot']);
});
