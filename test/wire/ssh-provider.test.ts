import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { createResetLedger } from '../../worker/providers/reset-ledger.ts';
import { createSshProvider } from '../../worker/providers/ssh/index.ts';
import { SshDevice } from '../../worker/providers/ssh/schema.ts';
import { type SshFault, startFakeSshHost } from '../fakes/fake-ssh-host.ts';
import { useRedis } from '../support/use-redis.ts';
import { describeProvider, installKey } from '../worker/providers/conformance.ts';
import { describeFailures, type FailingCall } from '../worker/providers/conformance-failures.ts';

const never = new AbortController().signal;
const label = 'xepa-xe-7f3kq2';
const aRequest = { marker: 'first', saved: {} };

const redis = useRedis();

/** A machine whose boot id and reboot are ours, behind a real shell. */
async function startMachine(reboot = 'echo again >> "$HOME/boot-id"') {
  const home = await mkdtemp(join(tmpdir(), 'xepa-ssh-machine-'));
  await writeFile(join(home, 'boot-id'), 'first\n');
  await command(home, 'cat', 'case $1 in */boot_id) exec /bin/cat "$HOME/boot-id" ;; *) exec /bin/cat "$@" ;; esac');
  await command(home, 'reboot', `echo "$0 $*" >> "$HOME/reboots"; ${reboot}`);
  await redis().flushall();
  let failing: FailingCall | undefined;
  const fault = () => {
    const due = failing && host.commands().length === failing.skip + 1 ? failing : undefined;
    return due ? faultOf(due) : null;
  };
  const host = await startFakeSshHost({ run: 'sh', home, binaries: home, fault });
  const keyFile = join(home, '.ssh', 'authorized_keys');
  const lines = async (file: string) => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const providerWith = (given: Partial<SshDevice> = {}) => {
    const hostKey = `ssh-ed25519 ${host.hostKey}`;
    const base = { name: 'box-1', host: '127.0.0.1', port: host.port, privateKeyFile: 'key', hostKey, tags: ['prod'] };
    const device = SshDevice.parse({ ...base, ...given });
    return createSshProvider({
      ...{ devices: [{ ...device, privateKey: host.privateKey }], openShell: openSshShell },
      resets: createResetLedger(redis(), { provider: { id: 'ssh', title: 'SSH' }, limit: 1_000, windowMs: 60_000 }),
      runCommand: () => Promise.reject(new Error('no command was given')),
    });
  };
  return {
    ...{ home, host, keyFile, providerWith },
    provider: providerWith(),
    tags: ['prod'],
    deviceId: 'box-1',
    keyLabels: async () => (await lines(keyFile)).map((line) => line.split(' ').at(-1) ?? ''),
    restarts: async () =>
      (await lines(join(home, 'reboots'))).filter((line) => line.includes('reboot')).map(() => 'disk' as const),
    calls: () => host.commands().length,
    fail: (call: FailingCall) => {
      failing = call;
    },
    fewestCalls: 5,
    left: async () => (await lines(keyFile)).filter((line) => line.includes(installKey.label)),
    said: () => lines(join(home, 'reboots')),
    async close() {
      await host.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A line has no gateway that answers in place of the machine: what goes on unheard is a line that is cut. */
function faultOf({ status, carriedOut }: FailingCall): SshFault {
  if (status === 500) return 'fails';
  return carriedOut === true || status === 'cut-after' ? 'cut-after' : 'cut';
}

async function command(folder: string, name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}

describeProvider('ssh', startMachine);
describeFailures('ssh', () => startMachine());

describe('ssh', () => {
  let machine: Awaited<ReturnType<typeof startMachine>>;
  beforeEach(async () => {
    machine = await startMachine();
  });
  afterEach(() => machine.close());

  const add = () =>
    machine.provider.addKey(machine.deviceId, { label, publicKey: generateSshKey('x').publicKey }, never);

  it('keeps the keys that are there, also where the last line has no end', async () => {
    await mkdir(join(machine.home, '.ssh'));
    await writeFile(machine.keyFile, 'ssh-ed25519 AAAA alice\nssh-ed25519 BBBB bob');
    await add();
    expect(await machine.keyLabels()).toEqual(['alice', 'bob', label]);
    await machine.provider.removeKey(machine.deviceId, label, never);
    expect(await readFile(machine.keyFile, 'utf8')).toBe('ssh-ed25519 AAAA alice\nssh-ed25519 BBBB bob\n');
  });

  it('makes a key file that sshd accepts: of this user alone', async () => {
    await add();
    expect((await stat(machine.keyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(join(machine.home, '.ssh'))).mode & 0o777).toBe(0o700);
  });

  it('logs in for each call and leaves no connection open', async () => {
    await add();
    await expect.poll(() => machine.host.connections().open).toBe(0);
  });

  it('pins the configured host key: another one gets nothing', async () => {
    const hostKey = generateSshKey('other').publicKey;
    const provider = machine.providerWith({ hostKey });
    await expect(provider.getServer('box-1', never)).rejects.toMatchObject({ code: 'host-key-changed', retry: 'no' });
    expect(machine.host.commands()).toEqual([]);
  });

  it('reboots by the configured words, none of which reaches a shell', async () => {
    const provider = machine.providerWith({ reboot: ['reboot', '--now', 'it; is'] });
    const { marker } = await provider.getServer('box-1', never);
    await provider.leaveRescue('box-1', { marker, saved: {} }, never);
    expect(await machine.said()).toEqual([expect.stringMatching(/\/reboot --now it; is$/)]);
  });

  it('does not reboot a system that is another one than when it was asked', async () => {
    const { marker } = await machine.provider.getServer('box-1', never);
    await writeFile(join(machine.home, 'boot-id'), 'another\n');
    await machine.provider.leaveRescue('box-1', { marker, saved: {} }, never);
    expect(await machine.restarts()).toEqual([]);
  });

  it('has left when the installed system answers with a host key of its own, and its key is gone with the rescue', async () => {
    const provider = machine.providerWith({ hostKey: generateSshKey('rescue').publicKey });
    await provider.leaveRescue('box-1', { marker: 'first', saved: {} }, never);
    await provider.removeKey('box-1', label, never);
    expect(machine.host.commands()).toEqual([]);
  });

  it('keeps the key of a user who is root by sudo in the home of the user, and reboots as root', async () => {
    await command(
      machine.home,
      'sudo',
      '[ "$1 $2" = "-n --" ] && shift 2 && HOME=/nonexistent/root exec env SUDO=yes "$@"',
    );
    await command(machine.home, 'reboot', 'echo "$SUDO" >> "$(dirname "$0")/reboots"');
    await command(machine.home, 'cat', 'case $1 in */boot_id) echo first ;; *) exec /bin/cat "$@" ;; esac');
    const provider = machine.providerWith({ user: 'rescue' });
    await provider.addKey('box-1', { label, publicKey: generateSshKey('x').publicKey }, never);
    expect(await machine.keyLabels()).toEqual([label]);
    await provider.leaveRescue('box-1', { marker: 'first', saved: {} }, never);
    expect(await machine.said()).toEqual(['yes']);
    expect(await provider.rescueAccess('box-1', { ...aRequest, key: { label, publicKey: '' } }, never)).toMatchObject({
      user: 'rescue',
      sudo: true,
    });
  });

  it('says when the command is not there', async () => {
    const provider = machine.providerWith({ reboot: ['no-such-command'] });
    const { marker } = await provider.getServer('box-1', never);
    await expect(provider.leaveRescue('box-1', { marker, saved: {} }, never)).rejects.toMatchObject({
      code: 'host-command-failed',
    });
  });
});

describe('a reboot of which nobody knows what became', () => {
  let machine: Awaited<ReturnType<typeof startMachine>>;
  afterEach(() => machine.close());

  /** As a worker leaves it that dies while the machine reboots. */
  async function cutWhileItReboots() {
    machine = await startMachine();
    const { marker, saved } = await machine.provider.getServer('box-1', never);
    await redis().hset('xepa:{resets-ssh}:device:box-1', 'asked', 1);
    return { marker, saved };
  }

  it('is asked for again where the same system still runs', async () => {
    const asked = await cutWhileItReboots();
    await machine.provider.leaveRescue('box-1', asked, never);
    expect(await machine.restarts()).toEqual(['disk']);
  });

  it('is not asked for again of a machine that does not answer: it may never speak SSH', async () => {
    const asked = await cutWhileItReboots();
    await machine.host.close();
    await machine.provider.leaveRescue('box-1', asked, never);
    expect(await machine.restarts()).toEqual([]);
  });

  it('that was never asked for is waited for where the machine does not answer', async () => {
    machine = await startMachine();
    const { marker, saved } = await machine.provider.getServer('box-1', never);
    await machine.host.close();
    await expect(machine.provider.leaveRescue('box-1', { marker, saved }, never)).rejects.toMatchObject({
      code: 'unreachable',
      retry: 'backoff',
    });
  });
});

describe('a reboot', () => {
  it.each([
    ['ends the very command that asked for it', 'kill -TERM $$'],
    ['cuts the line', 'kill -KILL $PPID'],
  ])('that %s has worked', async (_what, reboot) => {
    const machine = await startMachine(reboot);
    const { marker } = await machine.provider.getServer('box-1', never);
    await machine.provider.leaveRescue('box-1', { marker, saved: {} }, never);
    expect(await machine.restarts()).toEqual(['disk']);
    await machine.close();
  });
});
