import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelInstall } from '../../core/decisions.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { createTickets } from '../../core/tickets.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { type ConsoleBench, cookieOf, secret, startConsoleBench } from '../support/console-bench.ts';

let bench: ConsoleBench;
beforeAll(async () => {
  bench = await startConsoleBench();
});
afterAll(() => bench.close());

const someone = { via: 'slack', id: 'U01ALICE' } as const;

async function redeem(ticket: string, options: { cookie?: string; headers?: Record<string, string> } = {}) {
  await bench.redis.del('xepa:limit:exchange:127.0.0.1');
  return bench.ask('/api/console/exchange', { body: { ticket }, ...options });
}

describe('the signed link', () => {
  it('is not used up by fifty GETs, and then lets one person in', async () => {
    await bench.install('xe-link01');
    const ticket = await bench.ticket('xe-link01');
    for (let i = 0; i < 50; i += 1) {
      const page = await bench.ask(i % 2 === 0 ? '/c' : `/c?${ticket}`);
      expect(page.status).toBe(200);
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('set-cookie')).toBeNull();
    }
    const first = await redeem(ticket);
    expect(first.status).toBe(200);
    expect(await first.json()).toEqual({ install: 'xe-link01' });
    expect(first.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict; Max-Age=28800$/);
    const state = await bench.ask('/api/console/xe-link01/state', { cookie: cookieOf(first) });
    expect(await state.json()).toMatchObject({ install: 'xe-link01', device: 'web-07', standing: 'open' });
  });

  it('refuses a second use and says what to do, without an invitation for a stranger', async () => {
    await bench.install('xe-link02');
    const ticket = await bench.ticket('xe-link02');
    await redeem(ticket);
    const second = await redeem(ticket);
    expect(second.status).toBe(410);
    expect(second.headers.get('set-cookie')).toBeNull();
    expect(await second.json()).toEqual({
      refused: 'used-link',
      message: expect.stringContaining('Ask for a new link in Slack'),
      resume: null,
    });
  });

  it('lets only one of ten simultaneous uses in', async () => {
    await bench.install('xe-link03');
    const ticket = await bench.ticket('xe-link03');
    await bench.redis.del('xepa:limit:exchange:127.0.0.1');
    const all = await Promise.all(
      Array.from({ length: 10 }, () => bench.ask('/api/console/exchange', { body: { ticket } })),
    );
    expect(all.map((response) => response.status).sort()).toEqual([200, ...Array(9).fill(410)]);
  });

  it('takes a double click in the same browser as one', async () => {
    await bench.install('xe-link04');
    const ticket = await bench.ticket('xe-link04');
    const cookie = cookieOf(await redeem(ticket));
    const again = await redeem(ticket, { cookie });
    expect(again.status).toBe(200);
    expect(cookieOf(again)).toBe(cookie);
  });

  it('shows the way back to the browser that used the link a while ago', async () => {
    await bench.install('xe-link05');
    const ticket = await bench.ticket('xe-link05');
    const cookie = cookieOf(await redeem(ticket));
    for (const key of await bench.redis.keys('xepa:console-entry:*')) await bench.redis.del(key);
    const later = await redeem(ticket, { cookie });
    expect(later.status).toBe(410);
    expect(await later.json()).toMatchObject({ refused: 'used-link', resume: 'xe-link05' });
  });

  it('keeps the consoles of two installs open in one browser', async () => {
    await bench.install('xe-link06');
    await bench.install('xe-link07');
    const cookie = cookieOf(await redeem(await bench.ticket('xe-link06')));
    const both = cookieOf(await redeem(await bench.ticket('xe-link07'), { cookie }));
    for (const id of ['xe-link06', 'xe-link07']) {
      expect((await bench.ask(`/api/console/${id}/state`, { cookie: both })).status).toBe(200);
    }
  });

  it('does not adopt a session secret that the server never gave', async () => {
    await bench.install('xe-link08');
    const planted = `xepa-loopback=${'A'.repeat(43)}`;
    const response = await redeem(await bench.ticket('xe-link08'), { cookie: planted });
    expect(cookieOf(response)).not.toBe(planted);
  });

  it.each([
    ['changed by one character', (ticket: string) => ticket.slice(0, -2) + (ticket.endsWith('AA') ? 'BB' : 'AA')],
    ['made up', () => `v1.00000000.${Buffer.from('{}').toString('base64url')}.AAAA`],
    ['empty', () => ''],
    ['cut off', (ticket: string) => ticket.slice(0, 40)],
  ])('refuses a ticket that is %s', async (_how, forge) => {
    const response = await redeem(forge(await bench.ticket('xe-link01')));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ refused: 'bad-link' });
  });

  it('refuses an expired ticket', async () => {
    const twoMinutesAgo = new FakeClock(Date.now() - 120_000);
    const tickets = createTickets({ redis: bench.redis, keyring: parseKeyring(secret), clock: twoMinutesAgo });
    const ticket = await tickets.issue({
      installId: 'xe-link01',
      slackUser: 'U01ALICE',
      right: 'control',
      ttlSeconds: 60,
    });
    const response = await redeem(ticket);
    expect(response.status).toBe(410);
    expect(await response.json()).toMatchObject({
      refused: 'expired-link',
      message: expect.stringContaining('expired'),
    });
  });

  it('refuses a ticket whose install was revoked or has ended meanwhile', async () => {
    await bench.install('xe-link09');
    const revoked = await bench.ticket('xe-link09');
    await bench.tickets.revokeAll('xe-link09');
    expect(await (await redeem(revoked)).json()).toMatchObject({ refused: 'revoked-link' });
    const ended = await bench.ticket('xe-link09');
    await bench.store.update('xe-link09', (record) => cancelInstall(record, someone, Date.now()));
    const response = await redeem(ended);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ refused: 'ended' });
  });

  it('answers only to our own page', async () => {
    const ticket = await bench.ticket('xe-link01');
    const foreign = await redeem(ticket, { headers: { Origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
    const both = `Origin https://evil.example, but this console is at ${bench.url}`;
    expect(await foreign.json()).toMatchObject({ message: expect.stringContaining(both) });
    expect((await redeem(ticket, { headers: { 'X-Xepa': '' } })).status).toBe(400);
    expect((await redeem(ticket, { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(403);
    expect((await redeem(ticket)).status).toBe(200);
  });

  it('limits tries per address', async () => {
    await bench.redis.del('xepa:limit:exchange:127.0.0.1');
    const statuses: number[] = [];
    for (let i = 0; i < 11; i += 1) {
      statuses.push((await bench.ask('/api/console/exchange', { body: { ticket: 'v1.x.y.z' } })).status);
    }
    expect(statuses).toEqual([...Array(10).fill(400), 429]);
  });

  it('refuses a large or broken body without a stack trace', async () => {
    await bench.redis.del('xepa:limit:exchange:127.0.0.1');
    const large = await bench.ask('/api/console/exchange', { body: { ticket: 'x'.repeat(10_000) } });
    expect(large.status).toBe(413);
    expect(await large.json()).toEqual({ refused: 'bad-request', message: expect.stringContaining('Reload the page') });
  });

  it('writes the opening of a session into the audit trail, without the ticket', async () => {
    await bench.install('xe-link10');
    const ticket = await bench.ticket('xe-link10', 'U02BOB');
    await redeem(ticket);
    const events = await bench.store.events('xe-link10');
    expect(events.at(-1)).toMatchObject({ type: 'console-session-opened', actor: { via: 'console', id: 'U02BOB' } });
    expect(JSON.stringify(events)).not.toContain(ticket.slice(-20));
  });
});

describe('the server around it', () => {
  it('says that it is well', async () => {
    const response = await bench.ask('/healthz');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
  });

  it('sends strict headers with every page', async () => {
    const { headers } = await bench.ask('/c');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).toContain("object-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-robots-tag')).toBe('noindex, nofollow');
  });

  it('serves files by an allow-list, for ever, and compressed', async () => {
    const html = await (await bench.ask('/console/xe-link01')).text();
    const script = /src="(\/assets\/console-[\w]+\.js)"/.exec(html)?.[1] ?? '';
    const response = await bench.ask(script);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('cache-control')).toContain('immutable');
    for (const [, file = ''] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
      expect((await bench.ask(file)).headers.get('content-type'), file).toContain('charset=utf-8');
    }
    for (const path of [
      '/assets/..%2f..%2fpackage.json',
      '/assets/',
      '//evil.example/%2F..',
      '/open.html',
      '/nothing',
    ]) {
      expect((await bench.ask(path)).status, path).toBe(404);
    }
  });

  it('shows who types the bare address the page that says where the way in is', async () => {
    const headers = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    for (const path of ['/', '/api/nothing']) {
      const response = await bench.ask(path, { headers });
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(await response.text()).toBe(await (await bench.ask('/c')).text());
    }
    expect((await bench.ask('/')).headers.get('content-type')).toContain('application/json');
  });
});
