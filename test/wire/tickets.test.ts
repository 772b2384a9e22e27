import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDeviceLeases } from '../../core/device-lease.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { changeChannel } from '../../core/install-store.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { connectRedis } from '../../core/redis.ts';
import { createTickets } from '../../core/tickets.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

let server: EmbeddedRedis;
let redis: Redis;
const secret = 'a-secret-of-at-least-thirty-two-characters';
const clock = new FakeClock(Date.now());
const wish = { installId: 'xe-7f3kq2', slackUser: 'U01ALICE', right: 'control', ttlSeconds: 120 } as const;

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'producer');
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const ticketsUnder = (keyring = parseKeyring(secret)) => createTickets({ redis, keyring, clock });

it('gives the claims to exactly one of fifty who redeem at the same time', async () => {
  const tickets = ticketsUnder();
  const ticket = await tickets.issue(wish);
  const answers = await Promise.all(Array.from({ length: 50 }, () => tickets.redeem(ticket)));
  const winners = answers.filter((answer) => answer.ok);
  expect(winners).toMatchObject([{ claims: { installId: 'xe-7f3kq2', slackUser: 'U01ALICE' } }]);
  expect(answers.filter((answer) => !answer.ok && answer.why === 'used')).toHaveLength(49);
});

it('refuses a ticket with any character changed, without asking Redis', async () => {
  const tickets = ticketsUnder();
  const ticket = await tickets.issue(wish);
  for (const at of [0, 4, 14, 40, ticket.length - 3]) {
    const other = ticket[at] === 'A' ? 'B' : 'A';
    const forged = ticket.slice(0, at) + other + ticket.slice(at + 1);
    expect(await tickets.redeem(forged)).toEqual({ ok: false, why: 'bad' });
  }
  for (const junk of ['', 'v1', 'v1.x.y.z', 'é.é.é.é', '....']) {
    expect(await tickets.redeem(junk)).toEqual({ ok: false, why: 'bad' });
  }
});

it('refuses an expired one, and one that was revoked', async () => {
  const tickets = ticketsUnder();
  const old = await tickets.issue(wish);
  clock.forward(121_000);
  expect(await tickets.redeem(old)).toEqual({ ok: false, why: 'expired' });
  const revoked = await tickets.issue(wish);
  await tickets.revokeAll(wish.installId);
  expect(await tickets.redeem(revoked)).toEqual({ ok: false, why: 'revoked' });
  expect((await tickets.redeem(await tickets.issue(wish))).ok).toBe(true);
});

it('tells every process of a revocation in the same moment in which it holds', async () => {
  const tickets = ticketsUnder();
  const before = await tickets.epoch(wish.installId);
  const subscriber = await connectRedis(server.url, 'consumer');
  const heard = new Promise<string>((done) => subscriber.once('message', (_channel, text) => done(text)));
  await subscriber.subscribe(changeChannel);
  const [, told] = await Promise.all([tickets.revokeAll(wish.installId), heard]);
  expect(JSON.parse(told)).toEqual({ installId: wish.installId, rev: 0 });
  expect(await tickets.epoch(wish.installId)).toBe(before + 1);
  subscriber.disconnect();
});

it('outlives a rotation of the secret while the old one is named, and not longer', async () => {
  const ticket = await ticketsUnder().issue(wish);
  const next = 'another-secret-of-thirty-two-characters!';
  expect(await ticketsUnder(parseKeyring(next)).redeem(ticket)).toEqual({ ok: false, why: 'bad' });
  expect((await ticketsUnder(parseKeyring(next, secret)).redeem(ticket)).ok).toBe(true);
});

it('keeps no ticket in Redis, only its hash', async () => {
  await redis.flushall();
  const ticket = await ticketsUnder().issue(wish);
  for (const key of await redis.keys('*')) {
    expect(key).not.toContain(ticket.slice(-20));
    expect(await redis.get(key)).not.toContain(ticket.slice(-20));
  }
});

it('leases a device to one install; only the holder gives it back', async () => {
  const leases = createDeviceLeases(redis);
  const device = { provider: 'p', id: 'd' };
  expect(await leases.take(device, 'xe-1')).toBe('xe-1');
  expect(await leases.take(device, 'xe-1')).toBe('xe-1');
  expect(await leases.take(device, 'xe-2')).toBe('xe-1');
  await leases.release(device, 'xe-2');
  expect(await leases.holder(device)).toBe('xe-1');
  await leases.release(device, 'xe-1');
  expect(await leases.take(device, 'xe-2')).toBe('xe-2');
});
