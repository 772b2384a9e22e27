import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { type ConsoleBench, cookieOf, startConsoleBench } from '../support/console-bench.ts';

let bench: ConsoleBench;
let browser: Browser;
beforeAll(async () => {
  bench = await startConsoleBench();
  browser = await openBrowser();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await bench.close();
});

const State = z.object({ right: z.string() });
const LAST_SECONDS_MS = 10_000;

async function installs(...ids: string[]): Promise<void> {
  for (const id of ids) await bench.install(id);
}

async function press(ticket: string, cookie?: string): Promise<Response> {
  await bench.redis.del('xepa:limit:exchange:127.0.0.1');
  return bench.ask('/api/console/exchange', { body: { ticket }, ...(cookie === undefined ? {} : { cookie }) });
}

/** Opens a fresh link in a browser; answers with its cookie afterwards. */
async function openLink(id: string, right: ConsoleRight, cookie?: string): Promise<string> {
  return cookieOf(await press(await bench.ticket(id, 'U01ALICE', right), cookie));
}

/** What a browser may do at these installs, by asking for their state. */
async function rights(cookie: string, ...ids: string[]): Promise<(string | null)[]> {
  const answers = await Promise.all(ids.map((id) => bench.ask(`/api/console/${id}/state`, { cookie })));
  return Promise.all(answers.map(async (answer) => State.safeParse(await answer.json()).data?.right ?? null));
}

/** Redis' key of a browser. */
function keyOf(cookie: string): string {
  const secret = cookie.slice(cookie.indexOf('=') + 1);
  return `xepa:console:${createHash('sha256').update(secret).digest('hex')}`;
}

describe('the secret of a browser that gains control', () => {
  it('is a new one, also where it only watched another install', async () => {
    await installs('xe-a1', 'xe-b1');
    const shared = await openLink('xe-a1', 'view');
    const own = await openLink('xe-b1', 'control', shared);
    expect(own).not.toBe(shared);
    expect(await rights(own, 'xe-a1', 'xe-b1')).toEqual(['view', 'control']);
    // Whoever knew the secret of before did not rise with it, and soon has nothing.
    expect(await rights(shared, 'xe-a1', 'xe-b1')).toEqual(['view', null]);
    expect(await bench.redis.pttl(keyOf(shared))).toBeLessThanOrEqual(LAST_SECONDS_MS);
    expect(await bench.redis.pttl(keyOf(own))).toBeGreaterThan(LAST_SECONDS_MS);
  });

  it('is a new one where it had control of another install', async () => {
    await installs('xe-a2', 'xe-b2');
    const before = await openLink('xe-a2', 'control');
    const after = await openLink('xe-b2', 'control', before);
    expect(after).not.toBe(before);
    expect(await rights(after, 'xe-a2', 'xe-b2')).toEqual(['control', 'control']);
    expect(await rights(before, 'xe-a2', 'xe-b2')).toEqual(['control', null]);
  });

  it('is a new one where its control was revoked', async () => {
    await installs('xe-a3');
    const before = await openLink('xe-a3', 'control');
    await bench.tickets.revokeAll('xe-a3');
    const after = await openLink('xe-a3', 'control', before);
    expect(after).not.toBe(before);
    expect(await rights(after, 'xe-a3')).toEqual(['control']);
    expect(await rights(before, 'xe-a3')).toEqual([null]);
  });

  it('stays where nothing is gained', async () => {
    await installs('xe-a4', 'xe-b4');
    const cookie = await openLink('xe-a4', 'control');
    expect(await openLink('xe-a4', 'control', cookie)).toBe(cookie);
    expect(await openLink('xe-a4', 'view', cookie)).toBe(cookie);
    expect(await openLink('xe-b4', 'view', cookie)).toBe(cookie);
    expect(await rights(cookie, 'xe-a4', 'xe-b4')).toEqual(['control', 'view']);
  });
});

describe('the secret of before, in its last seconds', () => {
  it.each(['view', 'control'] as const)('gains nothing and lives no longer by a link to %s', async (right) => {
    const [held, risen, more] = [`xe-held-${right}`, `xe-risen-${right}`, `xe-more-${right}`];
    await installs(held, risen, more);
    const old = await openLink(held, 'view');
    await openLink(risen, 'control', old);
    const left = await bench.redis.pttl(keyOf(old));
    const next = await openLink(more, right, old);
    expect(next).not.toBe(old);
    expect(await bench.redis.hkeys(keyOf(old))).toEqual([held]);
    expect(await bench.redis.pttl(keyOf(old))).toBeLessThanOrEqual(left);
    // Nor does what the old secret had become what the one of the rise has.
    expect(await rights(next, held, risen, more)).toEqual(['view', null, right]);
  });
});

describe('links that are opened at the same moment', () => {
  it.each([1, 2, 3])('lose no session of another install, and give the old secret no control (%i)', async (turn) => {
    const first = `xe-first${turn}`;
    const wishes = (['control', 'view', 'control', 'view', 'view', 'control'] as const).map((right, index) => ({
      ...{ id: `xe-${turn}-${index}`, right },
    }));
    await installs(first, ...wishes.map(({ id }) => id));
    const old = await openLink(first, 'view');
    await bench.redis.del('xepa:limit:exchange:127.0.0.1');
    const cookies = await Promise.all(wishes.map(({ id, right }) => openLink(id, right, old)));
    for (const [index, { id, right }] of wishes.entries()) {
      expect(await rights(cookies[index] ?? '', first, id)).toEqual(['view', right]);
    }
    const kept = Object.values(await bench.redis.hgetall(keyOf(old))).map(
      (json) => State.parse(JSON.parse(json)).right,
    );
    expect(new Set(kept)).toEqual(new Set(['view']));
    expect(await bench.redis.pttl(keyOf(old))).toBeLessThanOrEqual(LAST_SECONDS_MS);
  });

  it('in tabs of a real browser each open their console', async () => {
    const ids = ['xe-tab1', 'xe-tab2', 'xe-tab3'];
    await installs(...ids);
    const pages = await Promise.all(
      ids.map(async (id) => {
        const page = await browser.page();
        await page.goto(`${bench.url}/c#${await bench.ticket(id)}`);
        return page;
      }),
    );
    await Promise.all(pages.map((page) => page.getByRole('button', { name: 'Open console' }).click()));
    await Promise.all(pages.map((page, index) => page.waitForURL(`${bench.url}/console/${ids[index]}`)));
    for (const id of ids) {
      expect(
        await pages[0]?.evaluate<number>(`fetch('/api/console/${id}/state').then((answer) => answer.status)`),
      ).toBe(200);
    }
    for (const page of pages) await page.close();
  }, 40_000);

  it('is one click where both tabs have the same link', async () => {
    await installs('xe-twice');
    const link = `${bench.url}/c#${await bench.ticket('xe-twice')}`;
    const pages = [await browser.page(), await browser.page()];
    for (const page of pages) await page.goto(link);
    await Promise.all(pages.map((page) => page.getByRole('button', { name: 'Open console' }).click()));
    for (const page of pages) {
      await page.waitForURL(`${bench.url}/console/xe-twice`);
      await page.close();
    }
  }, 40_000);
});

describe('a link that is pressed twice', () => {
  it('is known again by a browser whose secret has risen meanwhile', async () => {
    await installs('xe-again', 'xe-next');
    const ticket = await bench.ticket('xe-again');
    const risen = await openLink('xe-next', 'control', cookieOf(await press(ticket)));
    const again = await press(ticket, risen);
    expect(await again.json()).toEqual({ install: 'xe-again' });
    expect(cookieOf(again)).toBe(risen);
  });

  it('lets no old secret rise', async () => {
    await installs('xe-old');
    const old = await openLink('xe-old', 'view');
    const ticket = await bench.ticket('xe-old');
    await press(ticket, old);
    const again = await press(ticket, old);
    expect(again.status).toBe(410);
    expect(again.headers.get('set-cookie')).toBeNull();
    expect(await rights(old, 'xe-old')).toEqual(['view']);
  });

  it('is refused in another browser, also where that has the console by a link of its own', async () => {
    await installs('xe-mine');
    const ticket = await bench.ticket('xe-mine');
    await press(ticket);
    const other = await openLink('xe-mine', 'control');
    expect(await (await press(ticket, other)).json()).toMatchObject({ refused: 'used-link', resume: 'xe-mine' });
  });
});
