import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { createLogger } from '../../core/log.ts';
import { fingerprint, readHostKey } from '../../core/ssh/host-key.ts';
import { generateSshKey } from '../../core/ssh/ssh-key.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { createHetznerRobot } from '../../worker/providers/hetzner-robot/index.ts';
import { createResetLedger } from '../../worker/providers/reset-ledger.ts';
import { createSaga } from '../../worker/saga/advance.ts';
import { buildSteps } from '../../worker/steps/index.ts';
import { startSshd } from '../bench/console/sshd.ts';
import { startFakeSshHost } from '../fakes/fake-ssh-host.ts';
import { RobotAccount } from '../fakes/hetzner-robot/account.ts';
import { RobotApi } from '../fakes/hetzner-robot/robot-api.ts';
import { createMemoryInstallStore } from '../fakes/memory-install-store.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { listen } from '../lab/cloud/listen.ts';
import { alice, anInstall } from '../support/an-install.ts';
import { failureOf } from '../support/failure-of.ts';
import { StepBench } from '../support/step-bench.ts';
import { useRedis } from '../support/use-redis.ts';

const NUMBER = 321;
const id = 'xe-7f3kq2';

const redis = useRedis();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'xepa-swapped-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** What answers at the server's address, with a host key of its own. */
interface Answering {
  port: number;
  /** Public key blob in base64. */
  hostKey: string;
  /** How often somebody has asked to be let in, by whatever method. */
  knocks(): Promise<number>;
  close(): Promise<unknown>;
}

async function startSsh2(): Promise<Answering> {
  const host = await startFakeSshHost();
  return { ...host, knocks: async () => host.knocks() };
}

async function startOpenSsh(): Promise<Answering> {
  const log = join(await mkdtemp(join(dir, 'log-')), 'sshd.log');
  // It puts its own options where the command ends, so the log's come behind them.
  const sshd = await startSshd(dir, ['LogLevel DEBUG1'], ['sh', '-c', 'exec "$@" -E "$0"', log]);
  const knocks = async () => [...(await readFile(log, 'utf8')).matchAll(/userauth-request for user/g)].length;
  return { ...sshd, knocks, close: sshd.stop };
}

/** A server of a provider that publishes host keys, and an install on it. `published` stands in the API once the rescue is up. */
async function startInstall(at: Answering, published: string) {
  await redis().flushall();
  const bench = new StepBench();
  const { clock } = bench;
  const now = () => clock.now();
  const [account, machine] = [new RobotAccount(now), new PretendMachine()];
  const hostKeys = async () => (machine.booted === 'rescue' ? [published] : []);
  const server = account.addServer({ number: NUMBER, name: 'web-01', address: '127.0.0.1', machine, hostKeys });
  const api = new RobotApi({ account, user: 'u', password: 'p', delayMs: 1, now });
  const web = await listen(express().use(api.router));
  const provider = createHetznerRobot({
    ...{ apiUrl: `http://127.0.0.1:${web.port}`, user: 'u', password: 'p', now, sshPort: at.port, readHostKey },
    resets: createResetLedger(redis(), { provider: { id: 'robot', title: 'Hetzner' }, limit: 50, windowMs: 3_600_000 }),
  });
  const store = createMemoryInstallStore(clock);
  const device = { provider: provider.id, id: String(NUMBER), name: 'web-01', address: '127.0.0.1', tags: [] };
  await store.create(anInstall({ id, device }), { type: 'created', actor: alice, detail: {} });
  const providers = new Map([[provider.id, provider]]);
  const steps = buildSteps({ ...bench.deps, providers, openShell: openSshShell, readHostKey });
  const log = createLogger('test', 'silent');
  const saga = createSaga({ store, steps, clock, log, onEnd: async () => undefined, run: 'worker-a' });
  return {
    ...{ account, server, machine, leases: bench.leases },
    /** Looks until it ends. */
    async play(): Promise<InstallRecord> {
      for (let looks = 0; looks < 60; looks += 1) {
        const next = await saga.advance(id, new AbortController().signal);
        await api.settled();
        if (next.kind === 'end') break;
        clock.forward(next.ms);
      }
      return store.load(id);
    },
    async close() {
      await api.close();
      await web.close();
    },
  };
}

const openSsh = existsSync('/usr/sbin/sshd');
const servers: readonly [name: string, start: () => Promise<Answering>, here: boolean][] = [
  ['an SSH server', startSsh2, true],
  [
    openSsh ? "OpenSSH's own" : "SKIPPED, for want of /usr/sbin/sshd (openssh-server): OpenSSH's own",
    startOpenSsh,
    openSsh,
  ],
];

for (const [name, start, here] of servers) {
  describe.skipIf(!here)(`another host key than the provider publishes: ${name}`, () => {
    let at: Answering;
    let install: Awaited<ReturnType<typeof startInstall>>;
    const open = () =>
      openSshShell({ host: '127.0.0.1', port: at.port, user: 'u', sudo: false, hostKey: null }, stranger.privateKey);
    const stranger = generateSshKey('stranger');
    beforeEach(async () => {
      at = await start();
      install = await startInstall(at, fingerprint(generateSshKey('host').publicKey.split(' ')[1] ?? ''));
    });
    afterEach(async () => {
      await install.close();
      await at.close();
    });

    it('stops the install with a sentence that says which key was seen, and what to do', async () => {
      const { failure } = await install.play();
      expect(failure).toMatchObject({ step: 'reach', code: 'host-key-changed' });
      expect(failure?.message).toContain(`127.0.0.1 presents the SSH host key ${fingerprint(at.hostKey)}`);
      expect(failure?.message).toMatch(/nothing was sent to it\. Find out who answers/);
    });

    it('is told nothing: no key is offered, and no name of a user', async () => {
      await install.play();
      expect(await at.knocks()).toBe(0);
      await failureOf(open());
      await expect.poll(() => at.knocks()).toBeGreaterThan(0);
    });

    it('leaves the server as it was found: on its disk, with no activation and no key', async () => {
      const ended = await install.play();
      expect([ended.phase, ended.sealed, ended.facts.reach]).toEqual(['undone', {}, undefined]);
      expect(install.machine.starts).toEqual(['rescue', 'disk']);
      expect([install.server.armed, install.account.keys.size, install.leases.size]).toEqual([false, 0, 0]);
    });
  });
}
