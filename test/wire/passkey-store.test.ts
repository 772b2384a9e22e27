import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { createPasskeyStore, type Passkey, type PasskeyStore } from '../../core/passkey-store.ts';
import { connectRedis } from '../../core/redis.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

let server: EmbeddedRedis;
let redis: Redis;
let store: PasskeyStore;
const bob = { team: 'T01TEST', user: 'U02BOB' };

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'producer');
  store = createPasskeyStore(redis);
});
beforeEach(async () => void (await redis.flushall()));
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

function aPasskey(id: string, given: Partial<Passkey> = {}): Passkey {
  const times = { createdAt: 1_000, lastUsedAt: null };
  return { id, publicKey: 'pQECAyYg', counter: 0, transports: ['internal'], label: id, ...times, ...given };
}

it('takes the first passkey on the word of the link, and shows it as it was given', async () => {
  expect(await store.list(bob)).toEqual([]);
  expect(await store.add(bob, aPasskey('a', { transports: [] }), null)).toBe('added');
  expect(await store.list(bob)).toEqual([aPasskey('a', { transports: [] })]);
  expect(await store.list({ ...bob, user: 'U03CAROL' })).toEqual([]);
});

it('keeps people of two workspaces apart who have the same user id', async () => {
  const twin = { ...bob, team: 'T02OTHER' };
  await store.add(bob, aPasskey('a'), null);
  expect(await store.list(twin)).toEqual([]);
  // His passkey proves nothing for the other one, who may have a first one of their own.
  expect(await store.used(twin, 'a', { counter: 0, at: 2_000 })).toBe(false);
  expect(await store.add(twin, aPasskey('b'), null)).toBe('added');
  expect(await store.add(twin, aPasskey('c'), 'a')).toBe('needs-proof');
  expect((await store.list(bob)).map(({ id }) => id)).toEqual(['a']);
});

it('takes a further one only with a linked one as proof', async () => {
  await store.add(bob, aPasskey('a'), null);
  expect(await store.add(bob, aPasskey('b'), null)).toBe('needs-proof');
  expect(await store.add(bob, aPasskey('b'), '')).toBe('needs-proof');
  expect(await store.add(bob, aPasskey('b'), 'b')).toBe('needs-proof');
  expect(await store.add(bob, aPasskey('b', { createdAt: 2_000 }), 'a')).toBe('added');
  expect((await store.list(bob)).map(({ id }) => id)).toEqual(['a', 'b']);
});

it('lets one of twenty be the first', async () => {
  const wishes = Array.from({ length: 20 }, (_, index) => store.add(bob, aPasskey(`k${index}`), null));
  const answers = await Promise.all(wishes);
  expect(answers.filter((answer) => answer === 'added')).toHaveLength(1);
  expect(await store.list(bob)).toHaveLength(1);
});

it('keeps one passkey once, and ten at most', async () => {
  await store.add(bob, aPasskey('k0'), null);
  expect(await store.add(bob, aPasskey('k0', { label: 'other' }), 'k0')).toBe('known');
  for (let index = 1; index < 10; index += 1) await store.add(bob, aPasskey(`k${index}`), 'k0');
  expect(await store.add(bob, aPasskey('k10'), 'k0')).toBe('full');
  expect(await store.list(bob)).toHaveLength(10);
});

it('notes a use, and refuses a counter that does not rise', async () => {
  await store.add(bob, aPasskey('a', { counter: 5 }), null);
  expect(await store.used(bob, 'a', { counter: 6, at: 2_000 })).toBe(true);
  expect(await store.list(bob)).toMatchObject([{ counter: 6, lastUsedAt: 2_000 }]);
  for (const counter of [6, 5, 0]) expect(await store.used(bob, 'a', { counter, at: 3_000 })).toBe(false);
  expect(await store.used(bob, 'nobody', { counter: 9, at: 3_000 })).toBe(false);
  expect(await store.list(bob)).toMatchObject([{ counter: 6, lastUsedAt: 2_000 }]);
});

it('lets one of twenty simultaneous uses of one counter through', async () => {
  await store.add(bob, aPasskey('a', { counter: 5 }), null);
  const uses = await Promise.all(Array.from({ length: 20 }, () => store.used(bob, 'a', { counter: 6, at: 2_000 })));
  expect(uses.filter(Boolean)).toHaveLength(1);
});

it('bears authenticators that do not count', async () => {
  await store.add(bob, aPasskey('a'), null);
  expect(await store.used(bob, 'a', { counter: 0, at: 2_000 })).toBe(true);
  expect(await store.used(bob, 'a', { counter: 0, at: 3_000 })).toBe(true);
  expect(await store.list(bob)).toMatchObject([{ lastUsedAt: 3_000 }]);
});

it('removes one, with proof, but never the last', async () => {
  await store.add(bob, aPasskey('a'), null);
  expect(await store.remove(bob, 'a', 'a')).toBe('last');
  await store.add(bob, aPasskey('b'), 'a');
  expect(await store.remove(bob, 'a', 'x')).toBe('needs-proof');
  expect(await store.remove(bob, 'x', 'a')).toBe('unknown');
  expect(await store.remove(bob, 'a', 'b')).toBe('removed');
  expect((await store.list(bob)).map(({ id }) => id)).toEqual(['b']);
  // What was removed proves nothing any more.
  expect(await store.add(bob, aPasskey('c'), 'a')).toBe('needs-proof');
});
