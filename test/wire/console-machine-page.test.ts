import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OtherDiscFacts } from '../../core/contracts/facts.ts';
import type { DiscWish } from '../../core/contracts/install.ts';
import { createDiscProgress } from '../../core/disc-progress.ts';
import { createIsoNames } from '../../core/iso-names.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';
import { startTinyVm, type TinyVm } from '../support/tiny-vm.ts';

/** Set it to keep pictures of the page. */
const pictures = process.env.XEPA_PICTURES;
const soon = { timeout: 15_000, interval: 100 };

let bench: ConsoleBench;
let browser: Browser;
let vm: TinyVm;
let page: Page;

beforeAll(async () => {
  bench = await startConsoleBench();
  browser = await openBrowser();
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
}, 60_000);
afterAll(async () => {
  await browser.close();
  await bench.close();
  // Chromium logs each HTTP refusal that a script receives; the page shows those in words.
  expect(browser.complaints().filter((text) => !/^Failed to load resource: .* 409/.test(text))).toEqual([]);
});
afterEach(async () => {
  await page.close();
  await vm.stop();
});

/** @param request takes the place of the ISO */
async function open(id: string, request?: { purpose: 'console' }): Promise<void> {
  vm = await startTinyVm(bench.dir, id);
  const media = { path: vm.own, bytes: 1, sha256: 'ab', label: 'TINY', boots: ['bios' as const] };
  await bench.install(id);
  await bench.store.update(id, (now) => ({
    record: request
      ? { ...now, request: { ...request, requestedBy: now.request.requestedBy } }
      : { ...now, facts: { ...now.facts, media } },
    note: { type: 'facts-saved', actor: { via: 'system', id: 'test' }, detail: {} },
  }));
  page = await browser.page({ width: 1280, height: 800 });
  await page.goto(`${bench.url}/c#${await bench.ticket(id)}`);
  await page.getByRole('button', { name: 'Open console' }).click();
  await page.waitForSelector('body[data-state=connected]');
}

async function picture(name: string): Promise<void> {
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

async function choose(menu: 'Power' | RegExp, item: RegExp): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

const notice = () => page.locator('#notice').textContent();

describe('the CD drive on the page', () => {
  it('shows what is in it, and takes it from a system that holds it only after a question', async () => {
    await open('xe-cd');
    await expect.poll(vm.said, soon).toBe('C');
    await page.getByRole('button', { name: /^CD/ }).click();
    await expect
      .poll(() => page.locator('#drive').textContent(), soon)
      .toBe('debian-13 is in the drive, held by the system.');
    expect(await page.getByRole('menuitem', { name: /Insert/ }).isDisabled()).toBe(true);
    await picture('1-cd');
    await page.getByRole('menuitem', { name: 'Eject' }).click();
    await page.getByRole('heading', { name: 'The system holds the disc' }).waitFor();
    await picture('2-held');
    await page.getByRole('button', { name: 'Take it by force' }).click();
    await expect.poll(notice, soon).toBe('The disc is out of the drive.');
    await expect.poll(() => page.locator('#disc').textContent(), soon).toBe('empty');
    await choose(/^CD/, /Insert/);
    await expect.poll(notice, soon).toContain('debian-13 is in the drive');
    await picture('3-inserted');
  }, 60_000);

  it('leads back to the installer', async () => {
    await open('xe-back');
    await expect.poll(vm.said, soon).toBe('C');
    await choose('Power', /Restart from the disk/);
    await page.getByRole('button', { name: 'Restart', exact: true }).click();
    await expect.poll(vm.said, soon).toBe('CD');
    await choose(/^CD/, /Back to the installer/);
    await picture('4-installer');
    await page.getByRole('button', { name: 'Back to the installer', exact: true }).click();
    await expect.poll(vm.said, soon).toBe('CDC');
  }, 60_000);
});

describe('a console of what is installed', () => {
  it('says so, and offers no way back to an installer that there never was', async () => {
    await open('xe-look', { purpose: 'console' });
    await expect.poll(() => page.title(), soon).toBe('web-07 · Installed system · XEPA');
    await expect.poll(() => page.locator('#step').textContent(), soon).toContain('Installed system running');
    await page.getByRole('button', { name: /^CD/ }).click();
    await picture('5-installed-system');
    const items = await page.locator('#media-menu').getByRole('menuitem').allTextContents();
    expect(items.join(' ')).toContain('Another ISO…');
    expect(items.join(' ')).not.toMatch(/installer/i);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Boot the metal' }).click();
    await page.getByText('Do this when you are done.').waitFor();
    await page.getByRole('button', { name: 'Not yet' }).click();
  }, 60_000);
});

describe('another ISO on the page', () => {
  const system = { via: 'system', id: 'test' } as const;
  /** As the bot and a worker go on from what the page has written. */
  const goOn = (id: string, verdict: Partial<DiscWish>, otherDisc?: Partial<OtherDiscFacts>) =>
    bench.store.update(id, (now) => {
      if (!now.discWish) throw new Error('nobody asked');
      const { n } = now.discWish;
      const fact = { n, name: 'drivers.iso', path: vm.other, bytes: 400_000_000, sha256: 'ab', why: '', ...otherDisc };
      const facts = otherDisc?.state ? { ...now.facts, otherDisc: { ...fact, state: otherDisc.state } } : now.facts;
      const record = { ...now, facts, discWish: { ...now.discWish, ...verdict } };
      return { record, note: { type: 'facts-saved', actor: system, detail: {} } };
    });
  const fetchText = () => page.locator('#fetch').innerText();
  const iso = { url: 'https://example.org/drivers.iso', name: 'drivers.iso' };

  it('is asked for by name or address, shows its progress, and goes into the drive', async () => {
    await open('xe-other');
    await createIsoNames(bench.redis).publish(['debian-13', 'fedora-43']);
    await choose(/^CD/, /Another ISO/);
    await expect.poll(() => page.locator('#iso-names option').count(), soon).toBe(2);
    await page.getByLabel('Name, or full').fill('https://example.org/drivers.iso');
    await page.getByLabel('SHA-256').fill('not a digest');
    await page.getByRole('button', { name: 'Fetch' }).click();
    expect(await page.locator('#iso-dialog').isVisible()).toBe(true);
    await page.getByLabel('SHA-256').fill('');
    await picture('9-another');
    await page.getByRole('button', { name: 'Fetch' }).click();
    await expect.poll(fetchText, soon).toContain('asking whether it may be fetched');
    expect((await bench.store.load('xe-other')).discWish).toMatchObject({ typed: iso.url, verdict: 'asked' });
    await createDiscProgress(bench.redis).tell('xe-other', 250 * 1024 * 1024);
    await goOn('xe-other', { verdict: 'accepted', iso }, { state: 'fetching' });
    await expect.poll(fetchText, soon).toContain('drivers.iso: 250 MB of 381 MB');
    await picture('10-fetching');
    await page.reload();
    await expect.poll(fetchText, soon).toContain('drivers.iso: 250 MB of 381 MB');
    await goOn('xe-other', {}, { state: 'ready' });
    await expect.poll(notice, soon).toBe('drivers.iso is on the server. The CD menu puts it into the drive.');
    await choose('Power', /Restart from the disk/);
    await page.getByRole('button', { name: 'Restart', exact: true }).click();
    await expect.poll(vm.said, soon).toMatch(/D$/);
    await choose(/^CD/, /Insert drivers/);
    await expect.poll(notice, soon).toContain('drivers.iso is in the drive');
    await page.getByRole('button', { name: /^CD/ }).click();
    await picture('11-in-drive');
    await page.keyboard.press('Escape');
    await choose('Power', /Restart from the CD/);
    await page.getByRole('button', { name: 'Restart', exact: true }).click();
    await expect.poll(vm.said, soon).toMatch(/DE$/);
  }, 90_000);

  it('says why it may not be had', async () => {
    await open('xe-no');
    await choose(/^CD/, /Another ISO/);
    await page.getByLabel('Name, or full').fill('debain');
    await page.keyboard.press('Enter');
    await expect.poll(fetchText, soon).toContain('asking');
    await goOn('xe-no', { verdict: 'refused', why: 'There is no ISO debain.' });
    await expect
      .poll(() => page.locator('#warning').textContent(), soon)
      .toBe('debain was not fetched. There is no ISO debain.');
    await picture('12-refused');
  }, 60_000);
});

describe('the power on the page', () => {
  it('is reached and used by keyboard alone', async () => {
    await open('xe-keys');
    await page.keyboard.press('Control+Alt+Shift+T');
    const focused = () => page.evaluate('document.activeElement.id');
    for (let tabs = 0; tabs < 5 && (await focused()) !== 'power'; tabs += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(focused, soon).toBe('pause');
    await picture('5-power');
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate('document.activeElement.id')).toBe('off');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect.poll(notice, soon).toBe('The virtual machine is paused.');
    await expect.poll(() => page.locator('#step').textContent(), soon).toBe('Paused');
    await choose('Power', /Resume/);
    await expect.poll(notice, soon).toBe('The virtual machine runs again.');
  }, 60_000);

  it('is forced off only after the name was typed, and comes on again', async () => {
    await open('xe-off');
    await expect.poll(vm.said, soon).toBe('C');
    await choose('Power', /Force off/);
    const yes = page.getByRole('button', { name: 'Force off', exact: true });
    expect(await yes.isDisabled()).toBe(true);
    await page.getByLabel('Type web-07 to go on').fill('web-0');
    expect(await yes.isDisabled()).toBe(true);
    await picture('6-off');
    await page.getByLabel('Type web-07 to go on').fill('web-07');
    await page.keyboard.press('Enter');
    await expect.poll(notice, soon).toBe('The virtual machine is off.');
    await choose('Power', /Switch on/);
    await expect.poll(vm.said, soon).toBe('CC');
  }, 60_000);

  it('tells whether the system answered to its power button', async () => {
    await open('xe-acpi');
    await expect.poll(vm.said, soon).toBe('C');
    await choose('Power', /Ask the system/);
    await picture('7-acpi');
    await page.getByRole('button', { name: 'Shut down', exact: true }).click();
    await expect.poll(notice, soon).toBe('The system has shut down.');
    await picture('8-shut-down');
  }, 60_000);
});
