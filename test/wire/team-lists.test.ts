import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { createInstallStore, type InstallStore } from '../../core/install-store.ts';
import { createLogger } from '../../core/log.ts';
import { connectRedis } from '../../core/redis.ts';
import { completeTeamLists, teamListKey } from '../../core/team-lists.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { alice, anInstall } from '../support/an-install.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

let server: EmbeddedRedis;
let redis: Redis;
let store: InstallStore;
const team = 'T01TEST';
const note = { type: 'created', actor: alice, detail: {} };
const log = createLogger('test', 'silent');

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'producer');
});
beforeEach(async () => {
  await redis.flushall();
  store = createInstallStore({ redis, clock: new FakeClock(), onWrite: async () => undefined });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** More than one page of installs, as they were written before there was a list per workspace. */
async function beforeLists(): Promise<string[]> {
  const ids = Array.from({ length: 130 }, (_, index) => `xe-old${String(index).padStart(3, '0')}`);
  for (const [index, id] of ids.entries()) await store.create(anInstall({ id, createdAt: index }), note);
  await redis.del(teamListKey(team));
  return ids.toReversed();
}

test('installs from before are listed in their workspace, the newest first', async () => {
  const ids = await beforeLists();
  const { slack: _, ...nobodys } = anInstall({ id: 'xe-none' });
  await store.create(nobodys, note);
  await store.create(anInstall({ id: 'xe-there', slack: { team: 'T02', channel: 'C02' } }), note);
  await redis.del(teamListKey('T02'));
  expect(await store.recentIds(1_000, team)).toEqual([]);
  await completeTeamLists({ redis, store, log });
  expect(await store.recentIds(1_000, team)).toEqual(ids);
  expect(await store.recentIds(1_000, 'T02')).toEqual(['xe-there']);
});

test('one that cannot be read keeps no other one out', async () => {
  const ids = await beforeLists();
  await redis.hset('xepa:{xe-old001}:record', 'json', '{"v":');
  await redis.hset('xepa:{xe-old002}:record', 'json', '{"v":2}');
  await completeTeamLists({ redis, store, log });
  expect(await store.recentIds(1_000, team)).toEqual(ids.filter((id) => !['xe-old001', 'xe-old002'].includes(id)));
});

test('it is done once, and again when it did not come to its end', async () => {
  await beforeLists();
  const failing = { ...store, find: async () => Promise.reject(new Error('Redis went away')) };
  await expect(completeTeamLists({ redis, store: failing, log })).rejects.toThrow('went away');
  expect(await completeTeamLists({ redis, store, log })).toBe(130);
  expect(await completeTeamLists({ redis, store: failing, log })).toBe(0);
});
