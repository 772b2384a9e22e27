import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPersonNames } from '../../web-console/person-names.ts';
import { startFakeQmp } from '../fakes/fake-qmp.ts';
import { startFakeVnc } from '../fakes/fake-vnc.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';
import { type ConsoleProcess, startConsoleProcess } from '../support/console-process.ts';
import { mediaFacts, startUploadHands, type UploadHands } from '../support/upload-hands.ts';

/** An ISO from a real browser, through two consoles behind a plain balancer, to a device with a real shell. */
const pictures = process.env.XEPA_PICTURES;
const soon = { timeout: 20_000, interval: 50 };
const MB = 1024 * 1024;
const SIZE = 40 * MB + 4_321;

let bench: ConsoleBench;
let balancer: Balancer;
let browser: Browser;
let browserOfBob: Browser;
let publicUrl: string;
let drivers: string;
let hands: UploadHands | null = null;
const content = randomBytes(SIZE);
const sha256 = createHash('sha256').update(content).digest('hex');
const consoles: ConsoleProcess[] = [];
const vms: { close(): Promise<void> }[] = [];
const pages: Page[] = [];

beforeAll(async () => {
  bench = await startConsoleBench({}, '127.0.0.1', { run: 'sh' });
  balancer = await startBalancer();
  publicUrl = `http://127.0.0.1:${balancer.port}`;
  browser = await openBrowser();
  browserOfBob = await openBrowser();
  drivers = join(bench.dir, 'drivers.iso');
  writeFileSync(drivers, content);
  for (let n = 0; n < 2; n += 1) {
    const started = await startConsoleProcess(bench, { publicUrl });
    consoles.push(started);
    balancer.upstreams.push(started.port);
  }
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
}, 60_000);
afterAll(async () => {
  await browser.close();
  await browserOfBob.close();
  for (const each of consoles) await each.stop();
  await balancer.close();
  for (const vm of vms) await vm.close();
  await bench.close();
  // Chromium logs each request that found nobody; the page says so in words.
  expect(browser.complaints().filter((text) => !/^Failed to load resource|WebSocket connection to/.test(text))).toEqual(
    [],
  );
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close({ runBeforeUnload: false });
  await hands?.rest();
  hands = null;
});

/** An install with its screen; bot and worker do their part. */
async function install(id: string): Promise<void> {
  vms.push(await startFakeVnc(`${bench.dir}/${id}.vnc`, { mode: 'live' }));
  vms.push(await startFakeQmp(`${bench.dir}/${id}.qmp`));
  mkdirSync(`${bench.dir}/${id}`);
  const record = await bench.install(id);
  await bench.store.update(id, () => ({
    record: { ...record, facts: { ...record.facts, ...mediaFacts(`${bench.dir}/${id}`, id) } },
    note: { type: 'facts-saved', actor: { via: 'system', id: 'test' }, detail: {} },
  }));
  hands = startUploadHands(bench, id);
}

/** A person's page, whose line takes so many bytes in a second. */
async function open(id: string, user = 'U01ALICE', speed = 8 * MB) {
  const page = await (user === 'U02BOB' ? browserOfBob : browser).page({ width: 1280, height: 800 });
  pages.push(page);
  const line = await page.context().newCDPSession(page);
  await line.send('Network.enable');
  const limit = (offline: boolean, bytes: number) =>
    line.send('Network.emulateNetworkConditions', {
      ...{ offline, latency: 0, downloadThroughput: -1 },
      uploadThroughput: bytes,
    });
  await limit(false, speed);
  await page.goto(`${publicUrl}/c#${await bench.ticket(id, user)}`);
  await page.getByRole('button', { name: 'Open console' }).click();
  await page.waitForSelector('body[data-state=connected]');
  return { page, cut: () => limit(true, 0), mend: () => limit(false, speed) };
}

async function choose(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^CD/ }).click();
  await page.getByRole('menuitem', { name: /Another ISO/ }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'From this computer…' }).click();
  await (await chooser).setFiles(drivers);
}

async function upload(page: Page): Promise<void> {
  await choose(page);
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
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
      await page.screenshot({ path: join(pictures, `upload-${name}-${size}-${colorScheme}.png`) });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

const fileOf = (id: string) => `${bench.dir}/${id}/${id}-other.iso`;
const there = (id: string) => (existsSync(`${fileOf(id)}.up1`) ? statSync(`${fileOf(id)}.up1`).size : 0);
const text = (page: Page, id: string) => page.locator(`#${id}`).innerText();

/** It is on the server byte for byte, known by its digest to record and page. */
async function arrives(page: Page, id: string): Promise<void> {
  await expect.poll(async () => (await bench.store.load(id)).facts.otherDisc?.state, { timeout: 60_000 }).toBe('ready');
  expect(readFileSync(fileOf(id)).equals(content)).toBe(true);
  expect((await bench.store.load(id)).facts.otherDisc).toMatchObject({ sha256, name: 'drivers.iso', bytes: SIZE });
  await expect
    .poll(() => text(page, 'notice'), soon)
    .toBe('drivers.iso is on the server. The CD menu puts it into the drive.');
  await expect.poll(() => page.locator('#upload').isVisible(), soon).toBe(false);
}

describe('an ISO from this computer', () => {
  it('is asked about with figures, shows how far it is, and arrives byte for byte through a network that was cut', async () => {
    await install('xe-cut');
    const { page, cut, mend } = await open('xe-cut');
    await createPersonNames(bench.redis).remember('xe-cut', 'U01ALICE', 'Alice');
    const onlooker = await open('xe-cut', 'U02BOB');
    await choose(page);
    await expect
      .poll(() => text(page, 'file-text'), soon)
      .toMatch(/^It has 41\.9 MB; the server has room for .*GB beside/);
    await picture(page, '1-chosen');
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await expect.poll(() => there('xe-cut'), soon).toBeGreaterThan(6 * MB);
    await expect
      .poll(() => text(page, 'upload-words'), soon)
      .toMatch(/^\d+ % of 41\.9 MB · [\d.]+ [kM]B\/s · .* left$/);
    await picture(page, '2-under-way');
    await expect
      .poll(() => text(onlooker.page, 'fetch-words'), soon)
      .toMatch(/^Alice uploads drivers\.iso: \d+ % of 41\.9 MB$/);
    expect(await onlooker.page.locator('#fetch').isVisible()).toBe(true);
    expect(await onlooker.page.locator('#upload').isVisible()).toBe(false);
    await picture(onlooker.page, '3-onlooker');
    await cut();
    await expect.poll(() => text(page, 'upload-state'), soon).toContain('The network is gone');
    await picture(page, '4-lost');
    const before = there('xe-cut');
    expect(before).toBeLessThan(SIZE);
    await mend();
    await arrives(page, 'xe-cut');
    await page.getByRole('button', { name: /^CD/ }).click();
    await picture(page, '5-there');
  }, 90_000);

  it('pauses and goes on, also by keyboard', async () => {
    await install('xe-pause');
    const { page } = await open('xe-pause');
    await upload(page);
    await expect.poll(() => there('xe-pause'), soon).toBeGreaterThan(2 * MB);
    await page.locator('#upload-pause').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => text(page, 'upload-state'), soon).toBe('Paused');
    expect(await page.evaluate('document.activeElement.id')).toBe('upload-go-on');
    // The piece on its way gets there, and no further one is sent.
    let last = -1;
    await expect
      .poll(
        async () => {
          const same = last === there('xe-pause');
          last = there('xe-pause');
          return same;
        },
        { timeout: 10_000, interval: 2_500 },
      )
      .toBe(true);
    await picture(page, '6-paused');
    await page.keyboard.press('Enter');
    await arrives(page, 'xe-pause');
  }, 90_000);

  it('goes on after a reload, when the same file is chosen again', async () => {
    await install('xe-again');
    const { page } = await open('xe-again');
    await upload(page);
    await expect.poll(() => there('xe-again'), soon).toBeGreaterThan(8 * MB);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await page.waitForSelector('body[data-state=connected]');
    await expect
      .poll(() => text(page, 'upload-state'), soon)
      .toMatch(/% of it is on the server\. .* choose the file again/);
    await picture(page, '7-rest');
    const before = there('xe-again');
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose the file…' }).click();
    await (await chooser).setFiles(drivers);
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await expect.poll(() => text(page, 'upload-words'), soon).toContain('MB/s');
    expect(there('xe-again')).toBeGreaterThanOrEqual(before);
    expect((await bench.store.load('xe-again')).discWish?.n).toBe(1);
    await arrives(page, 'xe-again');
  }, 90_000);

  it('is stopped after a question, and nothing of it stays', async () => {
    await install('xe-stop');
    const { page } = await open('xe-stop');
    await upload(page);
    await expect.poll(() => there('xe-stop'), soon).toBeGreaterThan(MB);
    await page.getByRole('button', { name: 'Stop…' }).click();
    await picture(page, '8-stop');
    await page.getByRole('button', { name: 'Stop it' }).click();
    await expect.poll(() => text(page, 'notice'), soon).toBe('The upload of drivers.iso was stopped.');
    await expect.poll(() => there('xe-stop'), soon).toBe(0);
  }, 60_000);

  it('may be served from here instead, which takes no room', async () => {
    await install('xe-serve');
    const { page } = await open('xe-serve');
    await choose(page);
    await page.getByLabel('Serve it from this computer').check();
    await expect.poll(() => text(page, 'file-text'), soon).toBe('It has 41.9 MB, and takes no room on the server.');
    await picture(page, '10-serve');
    await page.getByRole('button', { name: 'Serve…' }).click();
    await page.getByRole('heading', { name: 'Serve drivers.iso from this computer?' }).waitFor();
    await page.getByRole('button', { name: 'Serve it', exact: true }).click();
    const asked = async () => (await bench.store.load('xe-serve')).browserDisc?.name;
    await expect.poll(asked, soon).toBe('drivers.iso');
    expect(there('xe-serve')).toBe(0);
  });

  it('may be dropped on the screen', async () => {
    await install('xe-drop');
    const { page } = await open('xe-drop');
    const drag = async (what: string) => {
      await page.evaluate(`(() => {
        const files = new DataTransfer();
        files.items.add(new File(['an ISO'], 'dropped.iso'));
        const event = new DragEvent('${what}', { dataTransfer: files, bubbles: true, cancelable: true });
        document.getElementById('screen').dispatchEvent(event);
        if (!event.defaultPrevented) throw new Error('the browser would leave the page');
      })()`);
    };
    await drag('dragover');
    await picture(page, '9-drop');
    await drag('drop');
    await page.getByRole('heading', { name: 'From this computer' }).waitFor();
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await expect.poll(() => text(page, 'notice'), soon).toContain('dropped.iso is on the server');
    expect(readFileSync(fileOf('xe-drop'), 'utf8')).toBe('an ISO');
  }, 60_000);

  it('outlives the console that takes it', async () => {
    await install('xe-kill');
    const { page } = await open('xe-kill');
    await upload(page);
    await expect.poll(() => there('xe-kill'), soon).toBeGreaterThan(6 * MB);
    const [first, second] = consoles;
    const busiest = [first, second].find((each) => each?.port === balancer.served().at(-1));
    if (!busiest) throw new Error('nobody serves');
    balancer.upstreams.splice(balancer.upstreams.indexOf(busiest.port), 1);
    await busiest.stop('SIGKILL');
    consoles.splice(consoles.indexOf(busiest), 1);
    await arrives(page, 'xe-kill');
  }, 90_000);
});
