import { beforeEach, describe, expect, it } from 'vitest';
import type { AnswerKind } from '../../../core/contracts/question.ts';
import { XepaError } from '../../../core/errors.ts';
import { answerQuestion, openQuestion } from '../../../core/questions.ts';
import { bob } from '../../support/an-install.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;

const away = (retry: 'no' | 'backoff') =>
  new XepaError('provider-unavailable', { message: 'x', userMessage: 'It is away.', retry });

/** Runs `verify` until it waits for people, or ends. */
async function untilAsked(): Promise<void> {
  for (let look = 0; look < 60; look += 1) {
    const outcome = await bench.run('verify');
    if (outcome.kind === 'done' || openQuestion(bench.record)) return;
    if (outcome.kind === 'waiting') bench.clock.forward(Math.max(outcome.ms, 60_000));
  }
  throw new Error('nothing was asked');
}

function say(kind: AnswerKind): void {
  const n = openQuestion(bench.record)?.n ?? 0;
  const change = answerQuestion(bench.record, { n, kind }, { by: bob, at: bench.clock.now() });
  if (!change) throw new Error(`${kind} is no answer now`);
  bench.record = change.record;
}

beforeEach(async () => {
  bench = new StepBench();
  await bench.readyToBind();
  await bench.through('bind', 'launch', 'console');
  bench.device.vm = null;
  await bench.through('handback', 'boot');
  bench.device.done = [];
  await untilAsked();
});

describe('a metal that does not answer', () => {
  it('is asked about once, with what was seen and what can be done', async () => {
    const asked = bench.record.facts.question;
    expect(asked).toMatchObject({
      n: 1,
      kind: 'silent',
      step: 'verify',
      findings: ['no answer on the TCP ports 22, 443 within 10 min'],
      answers: ['look-again', 'to-rescue', 'is-up'],
    });
    bench.crash('verify');
    await bench.run('verify');
    expect(bench.record.facts.question).toEqual(asked);
    expect(bench.provider.history).toEqual(['rescue', 'reboot']);
  });

  it('that comes up while people are asked needs no answer', async () => {
    bench.seen.openPorts = [443];
    await bench.through('verify');
    expect(bench.record.facts.verify).toEqual({ up: true, evidence: 'TCP port 443 is open' });
  });

  it('is looked at for its whole time again, then asked about again', async () => {
    const before = bench.clock.now();
    say('look-again');
    await bench.run('verify');
    await untilAsked();
    expect(bench.record.facts.question?.n).toBe(2);
    expect(bench.clock.now() - before).toBeGreaterThanOrEqual(bench.deps.settings.verifyMs);
  });

  it('is up when somebody says that they see it', async () => {
    say('is-up');
    await bench.through('verify', 'release');
    expect(bench.record.facts.verify).toMatchObject({ up: true, saidBy: bob.id });
  });

  it('ends as it is when nobody answers', async () => {
    bench.clock.forward(bench.deps.settings.askMs);
    await bench.through('verify');
    expect(bench.record.facts.verify).toEqual({
      up: false,
      evidence: 'no answer on the TCP ports 22, 443 within 10 min',
    });
    expect(bench.provider.history).toEqual(['rescue', 'reboot']);
  });

  it('has more time where it starts by UEFI', async () => {
    const { plan } = bench.record.facts;
    if (plan) bench.record = { ...bench.record, facts: { ...bench.record.facts, plan: { ...plan, firmware: 'uefi' } } };
    say('look-again');
    const before = bench.clock.now();
    await bench.run('verify');
    await untilAsked();
    expect(bench.clock.now() - before).toBeGreaterThanOrEqual(bench.deps.settings.verifyUefiMs);
  });

  it('tells what its provider says of it', async () => {
    bench.provider.blocked = 'The server is off.';
    say('look-again');
    await bench.run('verify');
    await untilAsked();
    expect(bench.record.facts.question?.findings).toContain('its provider says: The server is off.');
  });

  it('has no way back where somebody else brought its rescue up', async () => {
    bench.provider.capabilities = { ...bench.provider.capabilities, rescueEntry: 'external' };
    say('look-again');
    await bench.run('verify');
    await untilAsked();
    expect(bench.record.facts.question?.answers).toEqual(['look-again', 'is-up']);
  });
});

describe('the way back into rescue', () => {
  it('enters once, proves it, reads the disk without writing, and asks', async () => {
    bench.device.disk.log = 'installed\nroot password=hunter2\n';
    say('to-rescue');
    await bench.run('verify');
    await untilAsked();
    expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue']);
    expect(bench.record.facts.question).toMatchObject({
      n: 2,
      kind: 'in-rescue',
      findings: [
        'Starting by BIOS: nvme0n1 has boot code',
        'nvme0n1 has an MBR with 1 partition (vfat)',
        expect.any(String),
      ],
      logs: [{ path: 'nvme0n1p1: /var/log/installer/syslog', tail: 'installed\nroot password=[redacted]' }],
      answers: ['console-again', 'boot', 'leave-in-rescue'],
    });
    expect(bench.record.facts.reach?.bootId).toBe(bench.device.bootId);
    expect(bench.device.done).toEqual([]);
  });

  it.each([false, true])('enters exactly once when its worker dies (taken: %s)', async (after) => {
    say('to-rescue');
    await bench.run('verify');
    bench.provider.faults.set('enterRescue', { error: new Error('killed'), after });
    await expect(bench.run('verify')).rejects.toThrow('killed');
    bench.crash('verify');
    await untilAsked();
    expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue']);
    expect(bench.record.facts.question?.kind).toBe('in-rescue');
  });

  it('is not there while the rescue system of before still answers', async () => {
    const { onRestart } = bench.provider;
    bench.provider.onRestart = () => undefined;
    const { bootId } = bench.record.facts.reach ?? {};
    say('to-rescue');
    await bench.run('verify');
    Object.assign(bench.device, { bootId, rootFs: 'rootfs' });
    await bench.run('verify');
    expect(await bench.run('verify')).toMatchObject({ why: expect.stringContaining('was not restarted yet') });
    onRestart('rescue');
    await untilAsked();
    expect(bench.record.facts.question?.kind).toBe('in-rescue');
    expect(bench.record.facts.reach?.bootId).not.toBe(bootId);
  });

  it('is given up after two entries, and people are asked again', async () => {
    bench.device.ssh = 'down';
    say('to-rescue');
    await bench.run('verify');
    await untilAsked();
    expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue', 'rescue']);
    expect(bench.record.facts.question).toMatchObject({
      kind: 'silent',
      findings: [expect.stringContaining('could not be brought back into its rescue system')],
    });
  });

  it('is given up when its provider refuses, and waited for while it is away', async () => {
    say('to-rescue');
    await bench.run('verify');
    bench.provider.faults.set('enterRescue', { error: away('backoff') });
    await expect(bench.run('verify')).rejects.toThrow('x');
    bench.provider.faults.set('enterRescue', { error: away('no') });
    await bench.run('verify');
    expect(bench.record.facts.question).toMatchObject({
      n: 2,
      kind: 'silent',
      findings: [expect.stringContaining('It is away.')],
    });
  });

  it('tells that the disk could not be looked at, after some tries', async () => {
    say('to-rescue');
    await bench.run('verify');
    const fails = () =>
      bench.device.faults.set('look at disks', {
        error: new XepaError('host-command-failed', { message: 'x', userMessage: 'No.', retry: 'backoff' }),
      });
    for (let time = 0; time < 3; time += 1) {
      fails();
      await expect(bench.run('verify')).rejects.toThrow('x');
    }
    fails();
    await bench.run('verify');
    expect(bench.record.facts.question).toMatchObject({
      kind: 'in-rescue',
      findings: ['its disk could not be looked at: No.'],
    });
  });

  it('is left again, exactly once, by an undo that comes in between', async () => {
    say('to-rescue');
    await bench.run('verify');
    await bench.run('verify');
    await bench.undo('rescue');
    await bench.undo('rescue');
    expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue', 'reboot']);
  });

  it('works for a record from before restarts were counted', async () => {
    const { boot } = bench.record.facts;
    if (boot)
      bench.record = {
        ...bench.record,
        facts: { ...bench.record.facts, boot: { requestedAt: boot.requestedAt, marker: boot.marker } },
      };
    say('to-rescue');
    await bench.run('verify');
    await untilAsked();
    say('boot');
    await bench.run('verify');
    expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue', 'reboot']);
  });
});

describe('back in rescue', () => {
  beforeEach(async () => {
    say('to-rescue');
    await bench.run('verify');
    await untilAsked();
  });

  it.each([false, true])(
    'boots again exactly once, also when its worker dies (taken: %s), and watches',
    async (after) => {
      say('boot');
      bench.provider.faults.set('leaveRescue', { error: new Error('killed'), after });
      await expect(bench.run('verify')).rejects.toThrow('killed');
      bench.crash('verify');
      expect(await bench.run('verify')).toMatchObject({ kind: 'waiting' });
      expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue', 'reboot']);
      bench.seen.openPorts = [443];
      await bench.through('verify');
      expect(bench.record.facts.verify?.up).toBe(true);
    },
  );

  it('does not take its own host key for that of the installed system after it', async () => {
    say('boot');
    await bench.run('verify');
    bench.seen.hostKey = bench.device.hostKey;
    expect(await bench.run('verify')).toMatchObject({ kind: 'waiting' });
  });

  it('stays there without our key, and the device is free', async () => {
    say('leave-in-rescue');
    await bench.through('verify', 'release');
    expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue']);
    expect(bench.device.done).toEqual(['forget key']);
    expect(bench.record.facts.verify).toMatchObject({ up: false, inRescue: true });
    expect(bench.leases.size).toBe(0);
  });

  it('is released also when it does not let us in any more', async () => {
    say('leave-in-rescue');
    await bench.through('verify');
    bench.deps.shells.drop(bench.record.id);
    bench.device.ssh = 'refuses';
    await bench.through('release');
    expect(bench.leases.size).toBe(0);
  });

  it('is started from its disk again when nobody answers', async () => {
    bench.clock.forward(bench.deps.settings.askMs);
    await bench.through('verify');
    expect(bench.provider.history).toEqual(['rescue', 'reboot', 'rescue', 'reboot']);
    expect(bench.record.facts.verify).toMatchObject({ up: false, evidence: expect.stringContaining('nobody said') });
  });
});

it('takes each answer once, only those that were offered, and none after the end', () => {
  const { record } = bench;
  const by = { by: bob, at: 1 };
  expect(answerQuestion(record, { n: 2, kind: 'is-up' }, by)).toBeNull();
  expect(answerQuestion(record, { n: 1, kind: 'leave-in-rescue' }, by)).toBeNull();
  say('is-up');
  expect(answerQuestion(bench.record, { n: 1, kind: 'look-again' }, by)).toBeNull();
  expect(answerQuestion({ ...record, phase: 'done' }, { n: 1, kind: 'is-up' }, by)).toBeNull();
});
