import { beforeEach, describe, expect, it } from 'vitest';
import { vmPlanOf } from '../../../core/contracts/vm-plan.ts';
import { StepBench } from '../../support/step-bench.ts';

let bench: StepBench;

beforeEach(async () => {
  bench = new StepBench();
  await bench.readyToBind();
  await bench.through('bind', 'launch', 'console');
});

it('waits while the installer runs, as often as it is asked', async () => {
  const waiting = { kind: 'waiting', ms: 10_000, why: 'the installer, at its console' };
  expect(await bench.run('attend')).toEqual(waiting);
  bench.crash('attend');
  expect(await bench.run('attend')).toEqual(waiting);
});

it('leaves a VM alone that was started this moment, and hears its end all the same', async () => {
  bench.clock.forward(-2_000);
  bench.device.faults.set('vm state', { error: new Error('nobody is to look') });
  expect(await bench.run('attend')).toEqual({ kind: 'waiting', ms: 2_000, why: 'the installer, at its console' });
  await expect.poll(() => bench.device.listeners).toHaveLength(1);
});

it('ends when the guest has powered off', async () => {
  if (bench.device.vm) bench.device.vm.status = 'shutdown';
  await bench.through('attend');
  expect(bench.record.facts.attend).toEqual({ ended: 'guest-powered-off', reboots: 0 });
});

it('is woken by the end of the guest, and listens once however often it looks', async () => {
  await bench.run('attend');
  await bench.run('attend');
  await expect.poll(() => bench.device.listeners).toHaveLength(1);
  expect(bench.woken).toEqual([]);
  bench.device.powerOff();
  await expect.poll(() => bench.woken).toEqual([bench.record.id]);
  await bench.through('attend');
});

it('listens anew on a new connection', async () => {
  await bench.run('attend');
  bench.crash('attend');
  await bench.run('attend');
  await expect.poll(() => bench.device.listeners).toHaveLength(2);
});

it('looks all the same where nobody can be heard, or the VM is of a time before that', async () => {
  const { launch } = bench.record.facts;
  if (launch) launch.qmpEvents = undefined;
  expect(await bench.run('attend')).toMatchObject({ kind: 'waiting' });
  expect(bench.device.listeners).toEqual([]);
  if (launch) launch.qmpEvents = '/run/xepa/none/vnc.sock';
  expect(await bench.run('attend')).toMatchObject({ kind: 'waiting' });
});

describe('the reboots of the installer', () => {
  const reset = (seconds: number) =>
    JSON.stringify({ timestamp: { seconds }, event: 'RESET', data: { guest: true, reason: 'guest-reset' } });
  const stopped = JSON.stringify({
    ...{ timestamp: { seconds: 990 }, event: 'SHUTDOWN', data: { guest: true, reason: 'guest-reset' } },
  });
  const finishes = () => {
    const plan = bench.record.facts.plan;
    const vm = { ...vmPlanOf(plan ?? {}), onReboot: 'finish' as const };
    bench.record = { ...bench.record, facts: { ...bench.record.facts, ...(plan ? { plan: { ...plan, vm } } : {}) } };
  };
  const armed = () => bench.device.done.filter((action) => action === 'set-action').length;

  it('are counted, and stay in the VM unless somebody asked for another end', async () => {
    bench.device.machine.events = [reset(100), reset(101), reset(900)].join('\n');
    bench.clock.forward(600_000);
    expect(await bench.run('attend')).toMatchObject({ why: 'the installer, at its console; it has rebooted 2 times' });
    expect(armed()).toBe(0);
  });

  it('end the VM when that was asked for, from the first minute on, whichever worker looks', async () => {
    finishes();
    await bench.run('attend');
    expect(armed()).toBe(0);
    bench.clock.forward(60_000);
    await bench.run('attend');
    bench.crash('attend');
    await bench.run('attend');
    expect(armed()).toBe(2);
    if (bench.device.vm) bench.device.vm.status = 'shutdown';
    bench.device.machine.events = [reset(100), stopped].join('\n');
    await bench.through('attend');
    expect(bench.record.facts.attend).toEqual({ ended: 'guest-rebooted', reboots: 1 });
  });

  it('end nothing right after a reset, which firmware may do once more', async () => {
    finishes();
    bench.clock.forward(60_000);
    bench.device.machine.events = reset(971);
    await bench.run('attend');
    expect(armed()).toBe(0);
    bench.device.machine.events = reset(970);
    await bench.run('attend');
    expect(armed()).toBe(1);
  });

  it('were told to an old QEMU when it was started', async () => {
    finishes();
    const { prepare } = bench.record.facts;
    if (prepare?.machine) prepare.machine.qemuMajor = 5;
    bench.clock.forward(60_000);
    await bench.run('attend');
    expect(armed()).toBe(0);
  });
});

it('ends when a person decides, without asking the device', async () => {
  const by = { via: 'console', id: 'U02BOB' } as const;
  bench.record = { ...bench.record, decision: { kind: 'boot-metal', by, at: 5 } };
  bench.device.ssh = 'down';
  await bench.through('attend');
  expect(bench.record.facts.attend).toEqual({ ended: 'boot-metal', by: 'U02BOB' });
});

it('gives up when the VM died, with its last words for the log', async () => {
  bench.device.vm = null;
  await expect(bench.run('attend')).rejects.toMatchObject({
    code: 'vm-failed',
    retry: 'no',
    userMessage: 'The VM ended by itself, without the guest having powered off.',
    message: expect.stringContaining('last words'),
  });
});

it('says when it was the dead-man timer that ended the VM', async () => {
  bench.device.vm = null;
  bench.device.timer = 'fired';
  await expect(bench.run('attend')).rejects.toMatchObject({
    userMessage: expect.stringMatching(/No worker was heard from.*took its hardware back/),
  });
});

it('goes by the timer also while the VM has not ended yet', async () => {
  bench.device.timer = 'fired';
  await expect(bench.run('attend')).rejects.toMatchObject({ code: 'vm-failed', retry: 'no' });
});

it('starts the timer again that somebody has ended', async () => {
  bench.device.timer = 'off';
  bench.device.done = [];
  expect(await bench.run('attend')).toMatchObject({ kind: 'waiting' });
  expect(await bench.run('attend')).toMatchObject({ kind: 'waiting' });
  expect(bench.device.timer).toBe('armed');
  expect(bench.device.done.filter((action) => action === 'arm')).toHaveLength(1);
});

it('is tried again while the device or its VM does not answer', async () => {
  bench.device.qmp = 'deaf';
  await expect(bench.run('attend')).rejects.toMatchObject({ code: 'vm-failed', retry: 'backoff' });
  bench.deps.shells.close();
  bench.device.ssh = 'down';
  await expect(bench.run('attend')).rejects.toMatchObject({ code: 'unreachable', retry: 'backoff' });
  bench.device.ssh = 'up';
  bench.device.qmp = 'answers';
  expect(await bench.run('attend')).toMatchObject({ kind: 'waiting' });
});

it('puts the disk first again, some time after somebody had the VM start from its CD once', async () => {
  const { device, clock } = bench;
  if (device.vm) device.vm.diskFirst = false;
  bench.record = { ...bench.record, console: { now: [], cdFirstAt: clock.now() } };
  await bench.run('attend');
  expect(device.vm?.diskFirst).toBe(false);
  clock.forward(10_000);
  await bench.run('attend');
  await bench.run('attend');
  expect(device.vm?.diskFirst).toBe(true);
});
