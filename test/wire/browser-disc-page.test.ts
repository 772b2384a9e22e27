import { mkdirSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';
import { type ConsoleProcess, startConsoleProcess } from '../support/console-process.ts';
import { letServe } from '../support/disc-page.ts';
import { tinyIso } from '../support/tiny-guest.ts';
import { startTinyVm, type TinyVm } from '../support/tiny-vm.ts';

/** Set it to keep pictures of the page. */
const pictures = process.env.XEPA_PICTURES;
const soon = { timeout: 20_000, interval: 100 };
const GIGABYTE = 1024 ** 3;

let bench: ConsoleBench;
let balancer: Balancer;
let gateway: ConsoleProcess;
let browser: Browser;
let url: string;
let iso: string;
let vm: TinyVm;
let id: string;
const pages: Page[] = [];

beforeAll(async () => {
  bench = await startConsoleBench();
  balancer = await startBalancer();
  url = `http://127.0.0.1:${balancer.port}`;
  gateway = await startConsoleProcess(bench, { publicUrl: url });
  balancer.upstreams.push(gateway.port);
  browser = await openBrowser();
  iso = join(bench.dir, 'rescue.iso');
  await writeLargeIso(iso);
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
}, 60_000);
afterAll(async () => {
  await browser.close();
  await gateway.stop();
  await balancer.close();
  await bench.close();
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close({ runBeforeUnload: false });
  await vm.stop();
  await bench.redis.del('xepa:browser-disc:of:U01ALICE');
});

/** Boots E, and has six gigabytes of nothing behind that. */
async function writeLargeIso(path: string): Promise<void> {
  const handle = await open(path, 'w');
  await handle.write(tinyIso('E'));
  await handle.truncate(6 * GIGABYTE);
  await handle.close();
}

async function install(name: string): Promise<void> {
  id = name;
  mkdirSync(join(bench.dir, id));
  vm = await startTinyVm(bench.dir, id);
  const media = { path: vm.own, bytes: 1, sha256: 'ab', label: 'TINY', boots: ['bios' as const] };
  await bench.install(id);
  await bench.store.update(id, (now) => ({
    record: { ...now, facts: { ...now.facts, media } },
    note: { type: 'facts-saved', actor: { via: 'system', id: 'test' }, detail: {} },
  }));
}

async function enter(user = 'U01ALICE', right: ConsoleRight = 'control'): Promise<Page> {
  const page = await browser.page({ width: 1280, height: 800 });
  pages.push(page);
  await page.goto(`${url}/c#${await bench.ticket(id, user, right)}`);
  await page.getByRole('button', { name: 'Open console' }).click();
  await page.waitForSelector('body[data-state=connected]');
  return page;
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  for (const [size, viewport] of [
    ['desk', { width: 1280, height: 800 }],
    ['tablet', { width: 820, height: 1180 }],
  ] as const) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(pictures, `${name}-${size}-${colorScheme}.png`) });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

const words = (page: Page) => page.locator('#own-disc-words').textContent();
const notice = (page: Page) => page.locator('#notice').textContent();
const warning = (page: Page) => page.locator('#warning').textContent();

/** By the menu, as a person does. */
async function choose(page: Page, file = iso): Promise<void> {
  await page.getByRole('button', { name: /^CD/ }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('menuitem', { name: /Disc from this computer/ }).click();
  await (await chooser).setFiles(file);
}

async function restartFromCd(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Power' }).click();
  await page.getByRole('menuitem', { name: /Restart from the CD/ }).click();
  await page.getByRole('button', { name: 'Restart', exact: true }).click();
}

/** Chosen, agreed to, and in the drive, although the system holds what was there. */
async function serve(page: Page, named?: string): Promise<void> {
  await expect.poll(vm.said, soon).toBe('C');
  await choose(page);
  await page.getByRole('heading', { name: 'Serve rescue.iso from this computer?' }).waitFor();
  if (named) await picture(page, `${named}-question`);
  await page.getByRole('button', { name: 'Serve it' }).click();
  await expect.poll(() => words(page), soon).toContain('Asking whether');
  await letServe(bench, id);
  await page.getByRole('button', { name: 'Take it by force' }).click();
  await expect.poll(() => words(page), soon).toContain('In the drive');
}

describe('a file that is chosen in the page', () => {
  it('is in the drive of the server within seconds, and little of its six gigabytes travels', async () => {
    await install('xe-choose');
    const page = await enter();
    await serve(page, '1');
    await restartFromCd(page);
    await expect.poll(vm.said, soon).toBe('CE');
    await expect.poll(() => page.locator('#own-disc-count').textContent(), soon).toMatch(/kB of 6\.4 GB read/);
    await picture(page, '2-serving');
    const read = await bench.redis.hget(`xepa:{${id}}:browser-disc`, 'now');
    expect(JSON.parse(read ?? '{}').read).toBeLessThan(4 * 1024 * 1024);
    await page.getByRole('button', { name: /^CD/ }).click();
    await picture(page, '3-menu');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByRole('heading', { name: 'Take rescue.iso back?' }).waitFor();
    await picture(page, '4-take-back');
    await page.locator('#dialog-yes').click();
    await expect.poll(() => page.locator('#own-disc-strip').isVisible(), soon).toBe(false);
    await expect.poll(() => page.locator('#disc').textContent(), soon).toBe('empty');
  }, 90_000);

  it('is read on when the network was cut in the middle, and the guest has merely waited', async () => {
    await install('xe-cut');
    const page = await enter();
    await serve(page);
    balancer.upstreams.length = 0;
    balancer.cut();
    await expect.poll(() => words(page), soon).toContain('Connection lost');
    await picture(page, '5-lost');
    // Somebody restarts the machine meanwhile, from elsewhere: it stands at its CD.
    const cookie = await bench.enter(id, 'U02BOB');
    const restart = await bench.ask(`/api/console/${id}/power`, { cookie, body: { action: 'boot-cd' } });
    expect(restart.status).toBe(200);
    expect(vm.said()).toBe('C');
    balancer.upstreams.push(gateway.port);
    await expect.poll(() => words(page), soon).toContain('In the drive');
    await expect.poll(vm.said, soon).toBe('CE');
  }, 90_000);

  it('is asked for again after a reload, which the page warns of, and goes on without a question', async () => {
    await install('xe-reload');
    const page = await enter();
    await serve(page);
    const asked = page.waitForEvent('dialog');
    const reloaded = page.reload();
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.accept();
    await reloaded;
    await page.waitForSelector('body[data-state=connected]');
    await expect.poll(() => words(page), soon).toContain('Choose the same one again');
    await picture(page, '6-choose-again');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose it again…' }).click();
    await (await chooser).setFiles(iso);
    await expect.poll(() => words(page), soon).toContain('In the drive');
    await restartFromCd(page);
    await expect.poll(vm.said, soon).toBe('CE');
  }, 90_000);

  it('is given up when it has changed on its computer, in words', async () => {
    await install('xe-changed');
    const own = iso;
    iso = join(bench.dir, id, 'rescue.iso');
    await writeLargeIso(iso);
    const page = await enter();
    await serve(page);
    await writeFile(iso, 'something else');
    iso = own;
    await restartFromCd(page);
    await expect.poll(() => words(page), soon).toContain('has changed on this computer');
    await picture(page, '7-changed');
    // The guest could not read it, and went on to its disk.
    await expect.poll(vm.said, soon).toBe('CD');
  }, 90_000);

  it('is not served when the bot says no, with the reason', async () => {
    await install('xe-refused');
    const page = await enter();
    await choose(page);
    await page.getByRole('button', { name: 'Serve it' }).click();
    await expect.poll(() => words(page), soon).toContain('Asking whether');
    await bench.store.update(id, (now) => {
      if (!now.browserDisc) throw new Error('nobody has asked');
      const browserDisc = { ...now.browserDisc, verdict: 'refused' as const, why: 'Rule no-computers forbids it.' };
      return { record: { ...now, browserDisc }, note: { type: 'refused', actor: browserDisc.by, detail: {} } };
    });
    await expect.poll(() => warning(page), soon).toBe('rescue.iso is not served. Rule no-computers forbids it.');
    expect(await page.locator('#own-disc-strip').isVisible()).toBe(false);
    await picture(page, '8-refused');
  }, 60_000);
});

describe('a file that somebody else serves', () => {
  it('is told of to who looks on, and when its computer goes', async () => {
    await install('xe-others');
    const alice = await enter();
    await serve(alice);
    const bob = await enter('U02BOB');
    await expect.poll(() => notice(bob), soon).toBe('The computer of U01ALICE serves rescue.iso.');
    expect(await bob.locator('#own-disc-strip').isVisible()).toBe(false);
    await bob.getByRole('button', { name: /^CD/ }).click();
    await expect.poll(() => bob.locator('#browser-disc-from').textContent(), soon).toMatch(/^on the computer of/);
    await picture(bob, '9-others');
    await bob.keyboard.press('Escape');
    await alice.close({ runBeforeUnload: false });
    await expect.poll(() => warning(bob), soon).toContain('serves rescue.iso no longer');
    await picture(bob, '10-gone');
  }, 90_000);
});

it('breaks nothing of the policy of the page', () => {
  const expected = /^Failed to load resource|WebSocket connection to .* failed/;
  expect(browser.complaints().filter((text) => !expected.test(text))).toEqual([]);
});
