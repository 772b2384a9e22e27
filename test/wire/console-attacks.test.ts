import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseKeyring } from '../../core/keyring.ts';
import { createSignedTickets, lifetime, lifetimeClaims } from '../../core/signed-tickets.ts';
import { createTickets } from '../../core/tickets.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { cookieOf, Refused, secret } from '../support/console-bench.ts';
import { type Siege, startSiege } from '../support/siege.ts';

/** Links, cookies and origins in the wrong hands, against a console at which somebody works. */
let siege: Siege;
beforeAll(async () => {
  siege = await startSiege();
}, 60_000);
afterEach(() => siege.goesOn());
afterAll(async () => {
  siege.toldNobody();
  await siege.end();
});

const exchange = '/api/console/exchange';
const redeem = (ticket: string, headers?: Record<string, string>) => siege.post(exchange, { ticket }, headers);

async function refusalOf(response: Response): Promise<unknown> {
  expect(response.headers.get('set-cookie')).toBeNull();
  return ((await response.json()) as { refused?: unknown }).refused;
}

async function screenAt(id: string, options: { cookie?: string; origin?: string | null }): Promise<Refused | null> {
  try {
    const screen = await siege.bench.screen(id, { at: siege.console.at, ...options });
    screen.terminate();
    return null;
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}

describe('a link', () => {
  it('that is replayed opens nothing, in however many hands at once', async () => {
    await siege.install('xe-replay');
    const ticket = await siege.ticket('xe-replay');
    expect((await redeem(ticket)).status).toBe(200);
    const again = await Promise.all(Array.from({ length: 8 }, () => redeem(ticket)));
    for (const response of again) expect(await refusalOf(response)).toBe('used-link');
    expect(siege.logged('a console link was refused').length).toBeGreaterThanOrEqual(8);
  });

  it('that is forged opens nothing', async () => {
    const ticket = await siege.ticket(siege.held);
    const [version, key, body = '', mac = ''] = ticket.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
    const raised = Buffer.from(JSON.stringify({ ...claims, slackUser: 'U0EVIL' })).toString('base64url');
    const foreign = createTickets({
      redis: siege.bench.redis,
      keyring: parseKeyring('a secret that somebody else made up, long enough'),
      clock: new FakeClock(Date.now()),
    });
    const made = await foreign.issue({ installId: siege.held, slackUser: 'U0EVIL', right: 'control', ttlSeconds: 120 });
    const forgeries = [
      `${version}.${key}.${raised}.${mac}`,
      `${version}.${key}.${body}.`,
      `${version}.${key}.${body}.${'A'.repeat(mac.length)}`,
      `v0.${key}.${body}.${mac}`,
      `${version}..${body}.${mac}`,
      `${ticket}.more`,
      made,
      // Another key's name on it.
      made.replace(/^v1\.[^.]+/, `v1.${key}`),
    ];
    for (const forgery of forgeries) expect(await refusalOf(await redeem(forgery)), forgery).toBe('bad-link');
    expect((await redeem(ticket)).status).toBe(200);
  });

  it('that was made for another purpose opens nothing', async () => {
    const clock = new FakeClock(Date.now());
    const deps = { redis: siege.bench.redis, keyring: parseKeyring(secret), clock };
    const kind = { purpose: 'step-up', claims: z.looseObject(lifetimeClaims) };
    const claims = { installId: siege.held, slackUser: 'U0EVIL', right: 'control', epoch: 0, ...lifetime(clock, 120) };
    const ticket = await createSignedTickets(deps, kind).issue(claims);
    expect(await refusalOf(await redeem(ticket))).toBe('bad-link');
  });

  it('that has expired opens nothing, also where Redis still has it', async () => {
    const clock = new FakeClock(Date.now() - 90_000);
    const tickets = createTickets({ redis: siege.bench.redis, keyring: parseKeyring(secret), clock });
    const wish = { installId: siege.held, slackUser: 'U01ALICE', right: 'control', ttlSeconds: 60 } as const;
    const ticket = await tickets.issue(wish);
    for (const key of await siege.bench.redis.keys('xepa:ticket:*')) await siege.bench.redis.persist(key);
    expect(await refusalOf(await redeem(ticket))).toBe('expired-link');
  });

  it('that was revoked opens nothing, nor does a session of before', async () => {
    await siege.install('xe-revoked');
    const ticket = await siege.ticket('xe-revoked');
    const cookie = await siege.enter('xe-revoked');
    await siege.bench.tickets.revokeAll('xe-revoked');
    expect(await refusalOf(await redeem(ticket))).toBe('revoked-link');
    expect(await screenAt('xe-revoked', { cookie })).toMatchObject({ status: 403, code: 'revoked' });
  });
});

describe('a browser', () => {
  it('that is driven by a foreign page does nothing', async () => {
    const cookie = await siege.enter(siege.held);
    const foreign = ['https://evil.example', 'null', `${siege.bench.url}.evil.example`, siege.bench.url.toUpperCase()];
    const events = await siege.bench.store.events(siege.held);
    for (const origin of foreign) {
      expect(await screenAt(siege.held, { cookie, origin }), origin).toMatchObject({ code: 'foreign-origin' });
      const path = `/api/console/${siege.held}/boot-metal`;
      const response = await siege.post(path, {}, { Cookie: cookie, Origin: origin });
      expect(await refusalOf(response), origin).toBe('foreign-origin');
    }
    expect(await screenAt(siege.held, { cookie, origin: null })).toMatchObject({ code: 'foreign-origin' });
    // What a form can send without asking: no header of ours, a content type of its own.
    const form = { Cookie: cookie, 'X-Xepa': '', 'Content-Type': 'text/plain' };
    expect(await refusalOf(await siege.post(`/api/console/${siege.held}/boot-metal`, {}, form))).toBe('bad-request');
    expect(await siege.bench.store.events(siege.held)).toEqual(events);
    const refused = siege.logged('a request was refused').map((line) => JSON.parse(line));
    expect(refused).toContainEqual(
      expect.objectContaining({ from: '127.0.0.1', status: 403, route: expect.any(String) }),
    );
    const preflight = await fetch(siege.console.at + exchange, {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it('with another install’s session gets neither screen nor state nor power', async () => {
    await siege.install('xe-own');
    const cookie = await siege.enter('xe-own');
    expect(await screenAt(siege.held, { cookie })).toMatchObject({ status: 403, code: 'other-install' });
    for (const id of [siege.held, `${siege.held}%2f`, `../${siege.held}`, 'XE-HELD']) {
      const state = await fetch(`${siege.console.at}/api/console/${encodeURIComponent(id)}/state`, {
        headers: { Cookie: cookie },
      });
      expect(state.status, id).toBeGreaterThanOrEqual(400);
    }
    const power = await siege.post(`/api/console/${siege.held}/power`, { action: 'reset' }, { Cookie: cookie });
    expect(await refusalOf(power)).toBe('other-install');
    expect(await screenAt('xe-own', { cookie })).toBeNull();
  });

  it('into which a cookie was planted gets another one, and the planted one opens nothing', async () => {
    await siege.install('xe-fix');
    const planted = `xepa-loopback=${'A'.repeat(43)}`;
    const own = cookieOf(await redeem(await siege.ticket('xe-fix'), { Cookie: planted }));
    expect(own).toMatch(/^xepa-loopback=[\w-]{43}$/);
    expect(own).not.toBe(planted);
    expect(await screenAt('xe-fix', { cookie: planted })).toMatchObject({ status: 401, code: 'no-session' });
    expect(await screenAt('xe-fix', { cookie: `${planted}; ${own}` })).toMatchObject({ code: 'no-session' });

    // The attacker's own session, planted: the victim's link does not raise it.
    const attackers = await siege.enter('xe-fix', 'U0EVIL', 'view');
    const victims = cookieOf(await redeem(await siege.ticket('xe-fix'), { Cookie: attackers }));
    expect(victims).not.toBe(attackers);
  });

  it('that guesses cookies finds nothing, and is named in the log', async () => {
    for (let i = 0; i < 40; i += 1) {
      const cookie = `xepa-loopback=${String(i).padStart(43, 'B')}`;
      expect(await screenAt(siege.held, { cookie })).toMatchObject({ status: 401, code: 'no-session' });
    }
    const told = siege.logged('a screen was refused').map((line) => JSON.parse(line));
    expect(told.at(-1)).toMatchObject({ from: '127.0.0.1', refused: expect.any(String) });
  });
});
