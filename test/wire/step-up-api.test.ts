import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { createStepUpLinks } from '../../core/step-up-links.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { cookieOf, secret, startConsoleBench } from '../support/console-bench.ts';
import { bobHere, type StepUpBench, startStepUpBench } from '../support/step-up-bench.ts';

let bench: StepUpBench;
beforeAll(async () => {
  bench = await startStepUpBench();
});
beforeEach(async () => {
  for (const key of await bench.redis.keys('xepa:limit:*')) await bench.redis.del(key);
});
afterAll(() => bench.close());

const bob = 'U02BOB';
const linkTicket = async () => (await bench.links.issueLink(bobHere)).ticket;
const begin = (ticket: string | null, options: { cookie?: string; headers?: Record<string, string> } = {}) =>
  bench.ask('/api/step-up/begin', { body: { ticket }, ...options });

describe('a link to the passkey page', () => {
  it('is not used up by fifty GETs, and then opens the page once', async () => {
    const ticket = await linkTicket();
    for (let i = 0; i < 50; i += 1) {
      const page = await bench.ask(i % 2 === 0 ? '/p' : `/p?${ticket}`);
      expect(page.status).toBe(200);
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('set-cookie')).toBeNull();
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    }
    const first = await begin(ticket);
    expect(await first.json()).toMatchObject({ purpose: 'link', stage: 'create', person: bob });
    expect(first.headers.get('set-cookie')).toMatch(
      /^xepa-step-up-loopback=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=600$/,
    );
    const second = await begin(ticket);
    expect(second.status).toBe(410);
    expect(await second.json()).toMatchObject({ refused: 'used-link' });
  });

  it('lets only one of ten simultaneous uses in', async () => {
    const ticket = await linkTicket();
    const all = await Promise.all(Array.from({ length: 10 }, () => begin(ticket)));
    expect(all.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(410)]);
  });

  it('opens its own flow only: the cookie of one link is no key to another', async () => {
    const cookie = cookieOf(await begin(await linkTicket()));
    const used = await linkTicket();
    await begin(used);
    expect((await begin(used, { cookie })).status).toBe(410);
    expect((await begin(null, { cookie })).status).toBe(200);
  });

  it('is no console ticket, and a console ticket opens no flow', async () => {
    await bench.install('xe-mixed1');
    const ticket = await linkTicket();
    const asTicket = await bench.ask('/api/console/exchange', { body: { ticket } });
    expect([asTicket.status, await asTicket.json()]).toMatchObject([400, { refused: 'bad-link' }]);
    const asLink = await begin(await bench.ticket('xe-mixed1'));
    expect([asLink.status, await asLink.json()]).toMatchObject([400, { refused: 'bad-link' }]);
    expect((await begin(ticket)).status).toBe(200);
  });

  it('has an end', async () => {
    const before = new FakeClock(systemClock.now() - 11 * 60_000);
    const links = createStepUpLinks({ redis: bench.redis, keyring: parseKeyring(secret), clock: before });
    const response = await begin((await links.issueLink(bobHere)).ticket);
    expect([response.status, await response.json()]).toMatchObject([410, { refused: 'expired-link' }]);
  });

  it('answers only to our own page', async () => {
    const ticket = await linkTicket();
    expect((await begin(ticket, { headers: { Origin: 'https://evil.example' } })).status).toBe(403);
    expect((await begin(ticket, { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(403);
    expect((await begin(ticket, { headers: { 'X-Xepa': '' } })).status).toBe(400);
    const cookie = cookieOf(await begin(ticket));
    for (const what of ['offer', 'answer', 'remove']) {
      const foreign = { cookie, body: {}, headers: { Origin: 'https://evil.example' } };
      expect((await bench.ask(`/api/step-up/${what}`, foreign)).status).toBe(403);
    }
  });

  it('may be guessed ten times a minute, and a good one gets in all the same', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 11; i += 1) statuses.push((await begin('v1.x.y.z')).status);
    expect(statuses).toEqual([...Array(10).fill(400), 429]);
    expect((await begin(await linkTicket())).status).toBe(200);
  });
});

describe('a flow', () => {
  it('is needed for everything else', async () => {
    for (const what of ['offer', 'answer', 'remove']) {
      const response = await bench.ask(`/api/step-up/${what}`, {
        body: {},
        cookie: `xepa-step-up-loopback=${'A'.repeat(43)}`,
      });
      expect([response.status, await response.json()]).toMatchObject([401, { refused: 'no-flow' }]);
    }
  });

  it('that was begun before an update is over, in words', async () => {
    const cookie = cookieOf(await begin(await linkTicket()));
    const before = { claims: { purpose: 'link', slackUser: bob }, link: 'x', provenBy: null };
    for (const one of await bench.redis.keys('xepa:step-up-flow:*')) await bench.redis.set(one, JSON.stringify(before));
    const response = await begin(null, { cookie });
    expect([response.status, await response.json()]).toMatchObject([401, { refused: 'no-flow' }]);
  });

  it('takes no answer that it did not ask for, and no nonsense', async () => {
    const cookie = cookieOf(await begin(await linkTicket()));
    const ask = (what: string, body: unknown) => bench.ask(`/api/step-up/${what}`, { body, cookie });
    expect((await ask('answer', { answer: {} })).status).toBe(403);
    await ask('offer', {});
    expect((await ask('answer', { answer: { id: 7 } })).status).toBe(403);
    expect((await ask('answer', { answer: {}, label: 'x'.repeat(61) })).status).toBe(400);
    expect((await ask('remove', { id: 'a' })).status).toBe(409);
    expect((await ask('answer', { answer: 'x'.repeat(20_000) })).status).toBe(413);
    expect(await bench.passkeys.list(bobHere)).toEqual([]);
  });

  it('is asked thirty times a minute at most', async () => {
    const cookie = cookieOf(await begin(await linkTicket()));
    const asked = Array.from({ length: 31 }, () => bench.ask('/api/step-up/offer', { body: {}, cookie }));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
  });
});

it('says where passkeys cannot work: the public address is a number', async () => {
  const numbered = await startConsoleBench();
  const links = createStepUpLinks({ redis: numbered.redis, keyring: parseKeyring(secret), clock: systemClock });
  const { ticket } = await links.issueLink(bobHere);
  const response = await numbered.ask('/api/step-up/begin', { body: { ticket } });
  expect([response.status, await response.json()]).toMatchObject([409, { refused: 'passkey-host' }]);
  expect(await links.redeem(ticket)).toMatchObject({ ok: true });
  await numbered.close();
});
