import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import { type FakeVnc, startFakeVnc } from '../fakes/fake-vnc.ts';
import { clientTypes, messagesOf } from '../fakes/live-screen.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';

/** Set it to keep pictures of the page. */
const pictures = process.env.XEPA_PICTURES;
const controls = ['#cad', '#keys', '#type', '#power', '#metal'];

let bench: ConsoleBench;
let browser: Browser;
const servers: FakeVnc[] = [];

beforeAll(async () => {
  bench = await startConsoleBench();
  browser = await openBrowser();
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
}, 60_000);

afterAll(async () => {
  await browser.close();
  for (const server of servers) await server.close();
  await bench.close();
});

/** An install whose screen changes all the time, by fences and continuous updates. */
async function liveInstall(id: string): Promise<FakeVnc> {
  const vnc = await startFakeVnc(`${bench.dir}/${id}.vnc`, { mode: 'live' });
  servers.push(vnc);
  await bench.install(id);
  return vnc;
}

async function enterByLink(page: Page, id: string, right: ConsoleRight): Promise<void> {
  await page.goto(`${bench.url}/c#${await bench.ticket(id, 'U01ALICE', right)}`);
  await page.getByRole('button', { name: 'Open console' }).click();
  await page.waitForURL(`${bench.url}/console/${id}`);
  await page.waitForSelector('body[data-state=connected]');
}

/** A number that changes when the canvas does. Text, because this file is not compiled for a browser. */
function canvasSum(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('#screen canvas');
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    return pixels.reduce((sum, value) => (sum * 31 + value) % 1000000007, 0);
  })()`);
}

async function seeItChange(page: Page): Promise<void> {
  const before = await canvasSum(page);
  await vi.waitFor(async () => expect(await canvasSum(page)).not.toBe(before));
}

async function typeAndClick(page: Page): Promise<void> {
  await page.locator('#screen canvas').click();
  await page.keyboard.press('Control+Alt+Delete');
  await page.keyboard.type('rm -rf');
}

const heard = (vnc: FakeVnc) => new Set(messagesOf(vnc.received()).map((message) => message[0]));
const shown = (page: Page, places: readonly string[]) =>
  Promise.all(places.map((place) => page.locator(place).isVisible()));

describe('the page of somebody who watches', () => {
  it('says so in words, hides what would be refused, sends no key, and goes on showing the screen', async () => {
    const vnc = await liveInstall('xe-wpage1');
    const page = await browser.page();
    await enterByLink(page, 'xe-wpage1', 'view');
    await page.getByText('Watching only').waitFor();
    expect(await shown(page, controls)).toEqual(controls.map(() => false));
    expect(await shown(page, ['#shot', '#actual', '#full'])).toEqual([true, true, true]);
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, '11-watching.png') });
    for (let turn = 0; turn < 3; turn += 1) {
      await typeAndClick(page);
      await seeItChange(page);
    }
    // noVNC answered the fence and switched continuous updates on; without either the picture would stand still.
    expect(heard(vnc)).toContain(clientTypes.fence);
    expect(heard(vnc)).toContain(clientTypes.continuous);
    for (const type of [clientTypes.key, clientTypes.pointer, 255]) expect(heard(vnc)).not.toContain(type);
    await page.keyboard.press('Control+Alt+Shift+T');
    expect(await page.evaluate('document.activeElement.id')).toBe('shot');
    await page.close();
  }, 40_000);

  it('takes part once a link to the console was opened in another tab, and is not thrown back by one to watch', async () => {
    const vnc = await liveInstall('xe-wpage2');
    const watching = await browser.page();
    await enterByLink(watching, 'xe-wpage2', 'view');
    const working = await browser.page();
    await enterByLink(working, 'xe-wpage2', 'control');
    await vi.waitFor(
      async () =>
        expect(await shown(watching, ['#watching', ...controls])).toEqual([false, ...controls.map(() => true)]),
      {
        timeout: 8_000,
      },
    );
    await watching.waitForSelector('body[data-state=connected]');
    await watching.bringToFront();
    await typeAndClick(watching);
    await vi.waitFor(() => expect(heard(vnc)).toContain(clientTypes.key));
    const again = await browser.page();
    await enterByLink(again, 'xe-wpage2', 'view');
    expect(await shown(again, ['#watching', ...controls])).toEqual([false, ...controls.map(() => true)]);
    for (const page of [watching, working, again]) await page.close();
  }, 40_000);

  it('hears that all consoles were closed, and comes back with the next link', async () => {
    await liveInstall('xe-wpage3');
    const page = await browser.page();
    await enterByLink(page, 'xe-wpage3', 'view');
    await bench.tickets.revokeAll('xe-wpage3');
    await page.getByRole('heading', { name: 'Access was withdrawn' }).waitFor();
    await enterByLink(page, 'xe-wpage3', 'view');
    await seeItChange(page);
    await page.close();
  }, 40_000);

  it('draws the screen smaller when the window becomes narrower', async () => {
    await liveInstall('xe-wpage4');
    const page = await browser.page({ width: 1280, height: 800 });
    await enterByLink(page, 'xe-wpage4', 'view');
    const width = async () => (await page.locator('#screen canvas').boundingBox())?.width;
    await vi.waitFor(async () => expect(await width()).toBeGreaterThan(900));
    await page.setViewportSize({ width: 820, height: 1180 });
    await vi.waitFor(async () => expect(await width()).toBe(820));
    await page.close();
  }, 40_000);

  it('has broken no policy in any of this', () => {
    expect(browser.complaints()).toEqual([]);
  });
});
