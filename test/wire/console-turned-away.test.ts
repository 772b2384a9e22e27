import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeVnc, startFakeVnc } from '../fakes/fake-vnc.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';

/** Set it to keep pictures of the page. */
const pictures = process.env.XEPA_PICTURES;

let bench: ConsoleBench;
let browser: Browser;
const vncs: FakeVnc[] = [];

beforeAll(async () => {
  bench = await startConsoleBench({ XEPA_VIEWERS_PER_INSTALL: '1' });
  browser = await openBrowser();
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
}, 60_000);
afterAll(async () => {
  await browser.close();
  for (const vnc of vncs) await vnc.close();
  await bench.close();
});

async function enterByLink(id: string): Promise<Page> {
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

describe('a page that gets no screen', () => {
  it('says that too many are open, and connects by itself when there is room', async () => {
    vncs.push(await startFakeVnc(`${bench.dir}/xe-full.vnc`, { mode: 'live' }));
    await bench.install('xe-full');
    const first = await enterByLink('xe-full');
    await first.waitForSelector('body[data-state=connected]');
    const second = await enterByLink('xe-full');
    await second.getByRole('heading', { name: 'Too many screens are open' }).waitFor();
    expect(await second.locator('#curtain-text').textContent()).toBe(
      'Too many people or tabs have this console open. Close one of them. This page tries again by itself.',
    );
    await picture(second, 'turned-away-full');
    await first.close();
    await second.waitForSelector('body[data-state=connected]');
    await second.close();
  }, 60_000);

  it('says what is wrong on the way to the server, in the server’s words', async () => {
    const record = await bench.install('xe-other-host');
    const { reach } = record.facts;
    await bench.store.update('xe-other-host', (current) => ({
      record: {
        ...current,
        facts: { ...current.facts, ...(reach ? { reach: { ...reach, port: bench.host.port, hostKey: 'AAAA' } } : {}) },
      },
      note: { type: 'noted', actor: { via: 'system', id: 'test' }, detail: {} },
    }));
    const page = await enterByLink('xe-other-host');
    await page.getByRole('heading', { name: 'The screen does not answer' }).waitFor();
    expect(await page.locator('#curtain-text').textContent()).toContain('presents another SSH host key than before');
    await picture(page, 'turned-away-host-key');
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByRole('heading', { name: 'The screen does not answer' }).waitFor();
    await page.close();
  }, 60_000);
});
