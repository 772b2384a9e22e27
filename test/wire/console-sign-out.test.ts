import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FakeVnc, startFakeVnc } from '../fakes/fake-vnc.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { type ConsoleBench, cookieOf, startConsoleBench } from '../support/console-bench.ts';

/** Set it to keep pictures of the page. */
const pictures = process.env.XEPA_PICTURES;

let bench: ConsoleBench;
let browser: Browser;
const vncs: FakeVnc[] = [];
beforeAll(async () => {
  bench = await startConsoleBench();
  browser = await openBrowser();
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
}, 60_000);
afterAll(async () => {
  await browser.close();
  for (const vnc of vncs) await vnc.close();
  await bench.close();
});

async function install(id: string): Promise<void> {
  vncs.push(await startFakeVnc(`${bench.dir}/${id}.vnc`, { mode: 'live' }));
  await bench.install(id);
}

async function openLink(id: string, cookie?: string): Promise<string> {
  await bench.redis.del('xepa:limit:exchange:127.0.0.1');
  const body = { ticket: await bench.ticket(id) };
  return cookieOf(await bench.ask('/api/console/exchange', { body, ...(cookie === undefined ? {} : { cookie }) }));
}

const signOut = (cookie?: string) =>
  bench.ask('/api/console/sign-out', { body: {}, ...(cookie === undefined ? {} : { cookie }) });
const closing = async (socket: { once(name: string, then: () => void): unknown }) =>
  Number((await once(socket as never, 'close'))[0]);

describe('signing out', () => {
  it('ends all that the browser holds, in every process, and nothing of anybody else', async () => {
    await install('xe-out1');
    await install('xe-out2');
    const first = await openLink('xe-out1');
    // Its secret rises with the second link; the screen that it had open stays.
    const early = await bench.screen('xe-out1', { cookie: first });
    const cookie = await openLink('xe-out2', first);
    const there = await bench.screen('xe-out2', { cookie, at: await bench.replica() });
    const other = await bench.screen('xe-out1', { cookie: await bench.enter('xe-out1', 'U02BOB') });
    const closed = Promise.all([closing(early), closing(there)]);

    const response = await signOut(cookie);
    expect(await response.json()).toEqual({ ended: 2 });
    expect(response.headers.get('clear-site-data')).toBe('"cache", "storage"');
    expect(response.headers.get('set-cookie')).toMatch(/^xepa-loopback=; .*Max-Age=0$/);
    expect(await closed).toEqual([4004, 4004]);
    expect((await bench.ask('/api/console/xe-out1/state', { cookie })).status).toBe(401);
    expect((await bench.store.events('xe-out2')).map(({ type }) => type)).toContain('console-session-closed');

    let answered = false;
    other.on('message', (data: Buffer) => {
      answered ||= data.toString() === '{"pong":true}';
    });
    other.send('ping');
    await vi.waitFor(() => expect(answered).toBe(true));
    other.terminate();
  });

  it('is no news to who holds nothing, and only our page may ask for it', async () => {
    expect(await (await signOut()).json()).toEqual({ ended: 0 });
    const foreign = { Origin: 'https://evil.example' };
    expect((await bench.ask('/api/console/sign-out', { body: {}, headers: foreign })).status).toBe(403);
  });

  it('is a button of the page, asks first, and empties every tab', async () => {
    await install('xe-out3');
    const tabs = [await enter('xe-out3'), await enter('xe-out3')];
    for (const tab of tabs) await tab.waitForSelector('body[data-state=connected]');
    const [page, second] = tabs as [Page, Page];
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Sign out…' }).click();
    await picture(page, 'sign-out-asks');
    await page.getByRole('button', { name: 'Stay' }).click();
    expect(await page.evaluate('document.body.dataset.state')).toBe('connected');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Sign out…' }).click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    for (const tab of tabs) {
      await tab.waitForSelector('body[data-state=refused]');
      expect(await tab.locator('#ghost').getAttribute('src')).toBeNull();
      expect(await tab.locator('#screen canvas').count()).toBe(0);
    }
    await page.getByRole('heading', { name: 'You signed out' }).waitFor();
    await picture(page, 'signed-out');
    await second.reload();
    await second.getByRole('heading', { name: 'No console is open in this browser' }).waitFor();
    for (const tab of tabs) await tab.close();
  }, 60_000);
});

async function enter(id: string): Promise<Page> {
  const page = await browser.page({ width: 1280, height: 800 });
  await page.goto(`${bench.url}/c#${await bench.ticket(id)}`);
  await page.getByRole('button', { name: 'Open console' }).click();
  await page.waitForURL(`${bench.url}/console/${id}`);
  return page;
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
  }
}
