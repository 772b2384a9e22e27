import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { XepaError } from '../../core/errors.ts';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { createResetLedger } from '../../worker/providers/reset-ledger.ts';
import { createSshProvider } from '../../worker/providers/ssh/index.ts';
import { type RunOwnCommand, runOwnCommand } from '../../worker/providers/ssh/own-command.ts';
import { SshDevice } from '../../worker/providers/ssh/schema.ts';
import { startCommandedMachine } from '../fakes/commanded-machine.ts';
import { useRedis } from '../support/use-redis.ts';
import { installKey, requestNow } from '../worker/providers/conformance.ts';
import { describeFailures, type FailingCall } from '../worker/providers/conformance-failures.ts';

const never = new AbortController().signal;

const redis = useRedis();

/** A machine of the operator's that two programs restart. Calls are commands over SSH and those programs alike. */
async function startMachine() {
  await redis().flushall();
  let calls = 0;
  let failing: FailingCall | undefined;
  const due = () => {
    calls += 1;
    return failing?.skip === calls - 1 ? failing : null;
  };
  const machine = await startCommandedMachine(() => {
    const call = due();
    if (call === null) return null;
    if (call.status === 500) return 'fails';
    return isDone(call) ? 'cut-after' : 'cut';
  });
  const runCommand: RunOwnCommand = async (command, signal) => {
    const call = due();
    if (call?.status === 500) throw failed('provider-rejected');
    if (call === null || isDone(call)) await runOwnCommand(command, signal);
    if (call !== null) throw failed('provider-unavailable');
  };
  const { host, toRescue, toDisk } = machine;
  const providerWith = (given: Partial<SshDevice> = {}) => {
    const hostKey = `ssh-ed25519 ${host.hostKey}`;
    const base = { name: 'box-1', host: '127.0.0.1', port: host.port, privateKeyFile: 'key', hostKey };
    const device = SshDevice.parse({ ...base, toRescue: [toRescue], toDisk: [toDisk], ...given });
    return createSshProvider({
      ...{ devices: [{ ...device, privateKey: host.privateKey }], openShell: openSshShell, runCommand },
      resets: createResetLedger(redis(), { provider: { id: 'ssh', title: 'SSH' }, limit: 1_000, windowMs: 60_000 }),
    });
  };
  return {
    ...machine,
    ...{ providerWith, deviceId: 'box-1', tags: [], provider: providerWith() },
    calls: () => calls,
    fail: (call: FailingCall) => {
      failing = call;
    },
    fewestCalls: 5,
    left: async () => ({ keys: await machine.keyLabels(), runs: machine.runs() }),
  };
}

const isDone = ({ status, carriedOut }: FailingCall) => carriedOut === true || status === 'cut-after';

function failed(code: 'provider-rejected' | 'provider-unavailable'): XepaError {
  return new XepaError(code, { message: code, userMessage: code, retry: 'backoff' });
}

describeFailures('ssh with commands', startMachine);

describe('a machine that commands of its operator restart', () => {
  let machine: Awaited<ReturnType<typeof startMachine>>;
  beforeEach(async () => {
    machine = await startMachine();
  });
  afterEach(() => machine.close());

  const request = () => requestNow(machine.provider, 'box-1');
  async function enter() {
    const asked = await request();
    await machine.provider.enterRescue('box-1', asked, never);
    return asked;
  }

  it('declares that it is brought into rescue and back, other than its neighbours', () => {
    const entryOf = (provider = machine.provider) => provider.capabilitiesOf?.('box-1').rescueEntry;
    expect([machine.provider.capabilities.rescueEntry, entryOf()]).toEqual(['external', 'one-call']);
    expect(entryOf(machine.providerWith({ toRescue: undefined }))).toBe('external');
  });

  it('can be worked on while its disk runs and nothing of it speaks SSH', async () => {
    expect(await machine.provider.getServer('box-1', never)).toMatchObject({ blocked: null, saved: { resets: 0 } });
    await machine.provider.addKey('box-1', installKey, never);
    await machine.provider.removeKey('box-1', installKey.label, never);
    expect(machine.host.commands()).toEqual([]);
  });

  it('goes into rescue once, lets the key of the install in there, and comes back once', async () => {
    const asked = await enter();
    await machine.provider.enterRescue('box-1', asked, never);
    const access = await machine.provider.rescueAccess('box-1', asked, never);
    expect(access).toMatchObject({ host: '127.0.0.1', user: 'root', sudo: false, hostKey: machine.host.hostKey });
    expect(access.missing).toBeUndefined();
    expect(await machine.keyLabels()).toEqual([installKey.label]);
    const out = { ...(await request()), saved: asked.saved };
    await machine.provider.leaveRescue('box-1', out, never);
    await machine.provider.leaveRescue('box-1', out, never);
    expect(await machine.restarts()).toEqual(['rescue', 'disk']);
    expect(await machine.keyLabels()).toEqual([]);
  });

  it('is not restarted by an undo when it never was', async () => {
    const asked = await request();
    await machine.provider.leaveRescue('box-1', asked, never);
    expect(await machine.restarts()).toEqual([]);
  });

  it('is waited for while it is silent, while a rescue of before answers, and while another system does', async () => {
    const asked = await request();
    const missing = async (provider = machine.provider, now = asked) =>
      (await provider.rescueAccess('box-1', now, never)).missing;
    expect(await missing()).toBe('the rescue system to answer SSH');
    await enter();
    const again = await request();
    expect(await missing(machine.provider, again)).toMatch(/to restart; the rescue system of before answers/);
    const swapped = machine.providerWith({ hostKey: generateSshKey('another').publicKey });
    const before = machine.host.knocks();
    expect(await missing(swapped)).toMatch(/has another host key than the device file/);
    expect(machine.host.knocks()).toBe(before);
    expect(await machine.keyLabels()).toEqual([]);
  });

  it('leaves a rescue that hangs by its command, without SSH', async () => {
    const asked = await enter();
    await machine.host.close();
    await machine.provider.leaveRescue('box-1', { ...(await request()), saved: asked.saved }, never);
    expect(await machine.restarts()).toEqual(['rescue', 'disk']);
  });

  it('whose rescue somebody else brings up can have a command for the way back alone', async () => {
    await enter();
    const provider = machine.providerWith({ toRescue: undefined });
    const asked = await requestNow(provider, 'box-1');
    await provider.addKey('box-1', asked.key, never);
    await provider.enterRescue('box-1', asked, never);
    expect(await machine.keyLabels()).toEqual([installKey.label]);
    await provider.leaveRescue('box-1', { ...(await requestNow(provider, 'box-1')), saved: asked.saved }, never);
    expect(await machine.restarts()).toEqual(['rescue', 'disk']);
  });
});
