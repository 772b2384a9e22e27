import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { deviceKey } from '../../core/contracts/device.ts';
import { createDeviceLeases } from '../../core/device-lease.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { createInventoryStore } from '../../core/inventory-store.ts';
import { connectRedis } from '../../core/redis.ts';
import { fingerprint } from '../../core/ssh/host-key.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { readWorkerConfig } from '../../worker/config.ts';
import { readInventory } from '../../worker/inventory.ts';
import { buildProviders } from '../../worker/providers/index.ts';
import { createResetLedger } from '../../worker/providers/reset-ledger.ts';
import type { Provider, Providers } from '../../worker/providers/types.ts';
import { RobotAccount } from '../fakes/hetzner-robot/account.ts';
import { RobotApi } from '../fakes/hetzner-robot/robot-api.ts';
import { PretendMachine } from '../fakes/pretend-machine.ts';
import { listen } from '../lab/cloud/listen.ts';
import { startPrivateRedis } from '../support/private-redis.ts';
import { installKey, requestNow } from '../worker/providers/conformance.ts';

const never = new AbortController().signal;
const passwords = { first: 'first/very-private', berlin: 'berlin/very-private' };
/** In both accounts: two machines of one number. */
const NUMBER = 321;
const [first, berlin] = ['hetzner-robot', 'hetzner-robot:berlin'] as const;

/** One account of the provider, at an address of its own. */
async function startAccount(user: string, password: string, address: string) {
  const now = () => performance.now();
  const account = new RobotAccount(now);
  const machine = new PretendMachine();
  const hostKey = Buffer.from(address).toString('base64');
  const hostKeys = async () => (machine.booted === 'rescue' ? [fingerprint(hostKey)] : []);
  account.addServer({ number: NUMBER, name: 'web-01', address, machine, hostKeys });
  const api = new RobotApi({ account, user, password, delayMs: 1, now });
  const web = await listen(express().use(api.router));
  return {
    ...{ account, api, machine, url: `http://127.0.0.1:${web.port}` },
    async close() {
      await api.close();
      await web.close();
    },
  };
}

describe('two accounts of one provider', () => {
  let dir: string;
  let redisServer: EmbeddedRedis;
  let redis: Redis;
  let accounts: Record<'first' | 'berlin', Awaited<ReturnType<typeof startAccount>>>;
  let providers: Providers;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'xepa-accounts-'));
    redisServer = await startPrivateRedis();
    redis = await connectRedis(redisServer.url, 'producer');
  });
  afterAll(async () => {
    redis.disconnect();
    await redisServer.stop();
    await rm(dir, { recursive: true });
  });

  beforeEach(async () => {
    await redis.flushall();
    accounts = {
      first: await startAccount('#ws+first', passwords.first, '127.0.0.1'),
      berlin: await startAccount('#ws+berlin', passwords.berlin, '127.0.0.2'),
    };
    providers = await connected(passwords.berlin);
    return async () => {
      await accounts.first.close();
      await accounts.berlin.close();
    };
  });

  /** As a worker has them: the first by the settings, the second by the file, its password in a file of its own. */
  async function connected(password: string): Promise<Providers> {
    await writeFile(join(dir, 'password'), `${password}\n`);
    const settings = {
      HETZNER_ROBOT_USER: '#ws+berlin',
      HETZNER_ROBOT_PASSWORD: { file: join(dir, 'password') },
      HETZNER_ROBOT_URL: accounts.berlin.url,
    };
    const account = { name: 'berlin', provider: 'hetzner-robot', tags: ['prod'], settings };
    await writeFile(join(dir, 'accounts.json'), JSON.stringify({ accounts: [account] }));
    const config = readWorkerConfig({
      XEPA_SECRET: 's'.repeat(32),
      HETZNER_ROBOT_USER: '#ws+first',
      HETZNER_ROBOT_PASSWORD: passwords.first,
      HETZNER_ROBOT_URL: accounts.first.url,
      XEPA_PROVIDER_ACCOUNTS: join(dir, 'accounts.json'),
    });
    return buildProviders(config, {
      openShell: openSshShell,
      readHostKey: async () => null,
      openLedger: (options) => createResetLedger(redis, { ...options, limit: 1 }),
    });
  }

  const of = (id: string): Provider => {
    const provider = providers.get(id);
    if (!provider) throw new Error(`there is no ${id}`);
    return provider;
  };
  const read = async () => {
    const store = createInventoryStore(redis);
    await store.write(await readInventory(providers, await store.read(), { clock: systemClock, signal: never }));
    return store.read();
  };
  const enter = async (provider: Provider) => {
    await provider.addKey(String(NUMBER), installKey, never);
    await provider.enterRescue(String(NUMBER), await requestNow(provider, String(NUMBER)), never);
  };

  it('list their servers side by side, and a number that both have is two devices', async () => {
    const inventory = await read();
    const found = (inventory?.devices ?? []).map((device) => [deviceKey(device), device.address, device.tags]);
    expect(found).toEqual([
      ['hetzner-robot/321', '127.0.0.1', []],
      ['hetzner-robot:berlin/321', '127.0.0.2', ['prod']],
    ]);
    const leases = createDeviceLeases(redis);
    const holders = await Promise.all(
      (inventory?.devices ?? []).map((device, index) => leases.take(device, `xe-${index}`)),
    );
    expect(holders).toEqual(['xe-0', 'xe-1']);
  });

  it('restart each their own machine, with a key and a budget of their own', async () => {
    await enter(of(berlin));
    await accounts.berlin.api.settled();
    expect([accounts.first.machine.starts, accounts.berlin.machine.booted]).toEqual([[], 'rescue']);
    expect([accounts.first.account.keys.size, accounts.berlin.account.keys.size]).toEqual([0, 1]);
    // One restart an hour is all that each of them has here.
    await expect(enter(of(berlin))).rejects.toMatchObject({
      code: 'provider-rate-limited',
      userMessage: expect.stringMatching(/^In the account `berlin`: Hetzner allows 1 restarts/),
    });
    await enter(of(first));
    await accounts.first.api.settled();
    expect(accounts.first.machine.booted).toBe('rescue');
  });

  it('fail each alone: what the other one had stays, and the complaint names the account and no secret', async () => {
    const before = await read();
    providers = await connected('berlin/changed');
    const after = await read();
    expect(after?.devices).toEqual(before?.devices);
    expect(after?.problems).toEqual([
      {
        provider: berlin,
        message: expect.stringMatching(/^In the account `berlin`: Hetzner refuses XEPA's credentials/),
      },
    ]);
    expect(JSON.stringify(after)).not.toMatch(/very-private|berlin\/changed/);
    const [fresh, kept] = after?.sources ?? [];
    expect([fresh?.at, kept?.at]).toEqual([after?.at, before?.at]);
  });

  it.each<[string, Parameters<RobotApi['fail']>[0]]>([
    ['a 503', { path: '/server', status: 503 }],
    ['an answer that is cut off', { path: '/server', status: 'cut' }],
    ['a list that is none', { path: '/server', status: 200, body: { servers: 'soon' } }],
    ['a web page', { path: '/server', status: 200, text: '<html>maintenance</html>' }],
  ])('lose nothing by %s', async (_what, fault) => {
    const before = await read();
    accounts.berlin.api.fail(fault);
    const during = await read();
    expect(during?.devices).toEqual(before?.devices);
    expect(during?.problems.map(({ provider }) => provider)).toEqual([berlin]);
    expect((await read())?.problems).toEqual([]);
  });

  it('are left alone each for itself in a storm of 429', async () => {
    await read();
    accounts.berlin.api.fail({ path: '/server', status: 429, times: 99, headers: { 'retry-after': '120' } });
    for (let reading = 0; reading < 5; reading += 1) await read();
    const asked = ({ api }: { api: RobotApi }) => api.requests.filter(({ path }) => path === '/server').length;
    expect([asked(accounts.first), asked(accounts.berlin)]).toEqual([6, 2]);
    expect((await read())?.devices).toHaveLength(2);
  });
});
