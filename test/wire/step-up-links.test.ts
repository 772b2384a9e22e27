import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { connectRedis } from '../../core/redis.ts';
import { createSignedTickets, lifetime, lifetimeClaims } from '../../core/signed-tickets.ts';
import { createStepUpLinks } from '../../core/step-up-links.ts';
import { createTickets } from '../../core/tickets.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

let server: EmbeddedRedis;
let redis: Redis;
const secret = 'a-secret-of-at-least-thirty-two-characters';
const clock = new FakeClock(Date.now());
const bob = { team: 'T01TEST', user: 'U02BOB' };
const MINUTE = 60_000;

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'producer');
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const linksUnder = (keyring = parseKeyring(secret)) => createStepUpLinks({ redis, keyring, clock });
const voteWish = (expiresAt = clock.now() + 60 * MINUTE) => ({
  person: bob,
  installId: 'xe-7f3kq2',
  approval: { round: 2, digest: 'd'.repeat(64), expiresAt },
});

it('says whom and what it is good for, to exactly one of fifty', async () => {
  const links = linksUnder();
  const { ticket } = await links.issueVote(voteWish());
  const answers = await Promise.all(Array.from({ length: 50 }, () => links.redeem(ticket)));
  const winners = answers.filter((answer) => answer.ok);
  const vote = { purpose: 'vote', team: 'T01TEST', slackUser: 'U02BOB', installId: 'xe-7f3kq2' };
  expect(winners).toMatchObject([{ claims: { ...vote, round: 2, digest: 'd'.repeat(64) } }]);
  expect(answers.filter((answer) => !answer.ok && answer.why === 'used')).toHaveLength(49);
});

it('is no console ticket, and a console ticket is none of it', async () => {
  const links = linksUnder();
  const tickets = createTickets({ redis, keyring: parseKeyring(secret), clock });
  const console = await tickets.issue({
    installId: 'xe-7f3kq2',
    slackUser: 'U02BOB',
    right: 'control',
    ttlSeconds: 120,
  });
  const { ticket: vote } = await links.issueVote(voteWish());
  const { ticket: link } = await links.issueLink(bob);
  expect(await links.redeem(console)).toEqual({ ok: false, why: 'bad' });
  expect(await tickets.redeem(vote)).toEqual({ ok: false, why: 'bad' });
  expect(await tickets.redeem(link)).toEqual({ ok: false, why: 'bad' });
  // None of that has used any of them up.
  expect(await tickets.redeem(console)).toMatchObject({ ok: true });
  expect(await links.redeem(vote)).toMatchObject({ ok: true, claims: { purpose: 'vote' } });
  expect(await links.redeem(link)).toMatchObject({
    ok: true,
    claims: { purpose: 'link', team: 'T01TEST', slackUser: 'U02BOB' },
  });
});

it('of the shape before workspaces is refused, though its signature is right', async () => {
  const deps = { redis, keyring: parseKeyring(secret), clock };
  const claims = z.looseObject(lifetimeClaims);
  const before = createSignedTickets(deps, { purpose: 'step-up', claims });
  const link = { purpose: 'link', slackUser: 'U02BOB', ...lifetime(clock, 60) };
  const ticket = await before.issue(link);
  expect(await linksUnder().redeem(ticket)).toEqual({ ok: false, why: 'bad' });
  const now = await before.issue({ ...link, team: 'T01TEST' });
  expect(await linksUnder().redeem(now)).toMatchObject({ ok: true });
});

it('is signed for its purpose, even where the claims would fit another', async () => {
  const deps = { redis, keyring: parseKeyring(secret), clock };
  const claims = z.object(lifetimeClaims);
  const [one, other] = ['one', 'other'].map((purpose) => createSignedTickets(deps, { purpose, claims }));
  const ticket = await one?.issue(lifetime(clock, 60));
  expect(await other?.redeem(ticket ?? '')).toEqual({ ok: false, why: 'bad' });
  expect(await one?.redeem(ticket ?? '')).toMatchObject({ ok: true });
});

it('cannot be turned from a link to enrol into a vote', async () => {
  const links = linksUnder();
  const { ticket } = await links.issueLink(bob);
  const [version, keyId, body = '', mac] = ticket.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  const asVote = { ...claims, purpose: 'vote', installId: 'xe-7f3kq2', round: 2, digest: 'd'.repeat(64) };
  const forged = [version, keyId, Buffer.from(JSON.stringify(asVote)).toString('base64url'), mac].join('.');
  expect(await links.redeem(forged)).toEqual({ ok: false, why: 'bad' });
});

it('is refused with any character changed', async () => {
  const links = linksUnder();
  const { ticket } = await links.issueLink(bob);
  for (const at of [0, 4, 14, 40, ticket.length - 3]) {
    const other = ticket[at] === 'A' ? 'B' : 'A';
    const forged = ticket.slice(0, at) + other + ticket.slice(at + 1);
    expect(await links.redeem(forged)).toEqual({ ok: false, why: 'bad' });
  }
  for (const junk of ['', 'v1', 'v1.x.y.z', '....']) {
    expect(await links.redeem(junk)).toEqual({ ok: false, why: 'bad' });
  }
});

it('to enrol lasts ten minutes; for a vote half an hour, and never longer than the approval', async () => {
  const links = linksUnder();
  const enrol = await links.issueLink(bob);
  const long = await links.issueVote(voteWish());
  const short = await links.issueVote(voteWish(clock.now() + 3 * MINUTE));
  const over = await links.issueVote(voteWish(clock.now() - MINUTE));
  expect([enrol, long, short, over].map(({ ttlSeconds }) => ttlSeconds)).toEqual([600, 1800, 180, 0]);
  expect(await links.redeem(over.ticket)).toEqual({ ok: false, why: 'expired' });
  clock.forward(3 * MINUTE);
  expect(await links.redeem(short.ticket)).toEqual({ ok: false, why: 'expired' });
  clock.forward(7 * MINUTE);
  expect(await links.redeem(enrol.ticket)).toEqual({ ok: false, why: 'expired' });
  clock.forward(19 * MINUTE);
  expect(await links.redeem(long.ticket)).toMatchObject({ ok: true });
});

it('outlives a rotation of the secret while the old one is named, and not longer', async () => {
  const { ticket } = await linksUnder().issueLink(bob);
  const next = 'another-secret-of-thirty-two-characters!';
  expect(await linksUnder(parseKeyring(next)).redeem(ticket)).toEqual({ ok: false, why: 'bad' });
  expect((await linksUnder(parseKeyring(next, secret)).redeem(ticket)).ok).toBe(true);
});

it('stands in Redis as a hash only', async () => {
  await redis.flushall();
  const { ticket } = await linksUnder().issueLink(bob);
  const keys = await redis.keys('*');
  expect(keys).toHaveLength(1);
  for (const key of keys) {
    expect(key).not.toContain(ticket.slice(-20));
    expect(await redis.get(key)).not.toContain(ticket.slice(-20));
  }
});
