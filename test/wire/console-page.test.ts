import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Browser, openBrowser } from '../support/browser.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';

/** Set it to keep pictures of the page. */
const pictures = process.env.XEPA_PICTURES;

let bench: ConsoleBench;
let browser: Browser;
const vms: ChildProcess[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  bench = await startConsoleBench();
  browser = await openBrowser();
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
}, 60_000);

afterAll(async () => {
  await browser.close();
  for (const vm of vms) await ended(vm);
  await bench.close();
});

/** A real QEMU with nothing to boot from: its firmware says so on the screen. */
async function startVm(id: string): Promise<ChildProcess> {
  const argv = [
    ...['-machine', 'pc,accel=tcg', '-m', '64', '-nodefaults', '-vga', 'std', '-boot', 'menu=on,splash-time=60000'],
    ...['-vnc', `unix:${bench.dir}/${id}.vnc,share=force-shared`],
    ...['-qmp', `unix:${bench.dir}/${id}.qmp,server=on,wait=off`, '-display', 'none'],
  ];
  const vm = spawn('qemu-system-x86_64', argv, { stdio: 'ignore' });
  vms.push(vm);
  await vi.waitFor(() => expect(existsSync(`${bench.dir}/${id}.vnc`)).toBe(true), { timeout: 10_000 });
  return vm;
}

async function ended(vm: ChildProcess): Promise<void> {
  if (vm.exitCode !== null || vm.signalCode !== null) return;
  vm.kill();
  await once(vm, 'exit');
}

/** A tab whose errors and policy violations count against the page. */
async function openTab(): Promise<Page> {
  const page = await browser.page();
  page.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return page;
}

/** Chromium logs each HTTP refusal that a script receives; the page shows those in words. */
function isExpected(text: string): boolean {
  return /^Failed to load resource: .* (401|403|409|410|502)/.test(text);
}

async function enterByLink(page: Page, id: string): Promise<string> {
  const link = `${bench.url}/c#${await bench.ticket(id)}`;
  await page.goto(link);
  await page.getByRole('button', { name: 'Open console' }).click();
  await page.waitForURL(`${bench.url}/console/${id}`);
  return link;
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
  }
}

/** A number that changes when the canvas does. Text, because this file is not compiled for a browser. */
function canvasSum(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('#screen canvas');
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    return pixels.reduce((sum, value) => (sum * 31 + value) % 1000000007, 0);
  })()`);
}

function focused(page: Page): Promise<string> {
  return page.evaluate<string>('document.activeElement.id');
}

describe('the page', () => {
  it('goes from link to screen, carries keys, and boots the metal after a confirmation', async () => {
    await startVm('xe-page1');
    await bench.install('xe-page1');
    const page = await openTab();
    const ticket = await bench.ticket('xe-page1');
    await page.goto(`${bench.url}/c#${ticket}`);
    await page.waitForSelector('body[data-state=ready]');
    expect(page.url()).toBe(`${bench.url}/c`);
    await picture(page, '1-link');
    await page.getByRole('button', { name: 'Open console' }).click();
    await page.waitForSelector('body[data-state=connected]');
    await page.waitForSelector('body[data-line=live]');
    expect(await page.locator('#device').textContent()).toBe('web-07');
    expect(await page.title()).toBe('web-07 · debian-13 · XEPA');

    const before = await settled(page);
    await page.locator('#screen canvas').click();
    await page.keyboard.press('Escape');
    await vi.waitFor(async () => expect(await canvasSum(page)).not.toBe(before), { timeout: 10_000 });
    await picture(page, '2-connected');

    await page.getByRole('button', { name: 'Power' }).click();
    await picture(page, '3-power');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Boot the metal…' }).click();
    await picture(page, '4-confirm');
    await page.getByRole('button', { name: 'Not yet' }).click();
    expect((await bench.store.load('xe-page1')).decision).toBeUndefined();
    await page.getByRole('button', { name: 'Boot the metal…' }).click();
    await page.getByRole('button', { name: 'Boot the metal', exact: true }).click();
    await page.waitForSelector('body[data-state=ended]');
    await page.getByRole('heading', { name: 'Booting the metal' }).waitFor();
    await picture(page, '5-ended');
    expect((await bench.store.load('xe-page1')).decision).toMatchObject({ kind: 'boot-metal', by: { via: 'console' } });

    // As the worker does when it takes the VM down.
    await bench.tickets.revokeAll('xe-page1');
    await bench.store.update('xe-page1', (record) => ({
      record: { ...record, at: 'release', phase: 'done' },
      note: { type: 'done', actor: { via: 'system', id: 'test' }, detail: {} },
    }));
    await page.getByRole('heading', { name: 'web-07 runs its new system' }).waitFor();
    await picture(page, '6-done');
    await page.close();
  }, 60_000);

  it('says that a link was used, and leads back the browser that used it', async () => {
    await bench.install('xe-page2', { at: 'media' });
    const page = await openTab();
    const link = await enterByLink(page, 'xe-page2');
    for (const key of await bench.redis.keys('xepa:console-entry:*')) await bench.redis.del(key);
    const again = await openTab();
    await again.goto(link);
    await again.getByRole('button', { name: 'Open console' }).click();
    await again.getByRole('heading', { name: 'This link was already used' }).waitFor();
    expect(await again.locator('#text').textContent()).toContain('Ask for a new link in Slack');
    await picture(again, '7-used');
    await again.getByRole('link', { name: 'Go to the console' }).click();
    await again.waitForURL(`${bench.url}/console/xe-page2`);
    await again.close();
    await page.close();
  }, 30_000);

  it('waits for the screen, connects by itself, and reconnects when the VM is started anew', async () => {
    await bench.install('xe-page3', { at: 'media' });
    const page = await openTab();
    await enterByLink(page, 'xe-page3');
    await page.getByRole('heading', { name: 'The screen is not up yet' }).waitFor();
    await picture(page, '8-waiting');
    const vm = await startVm('xe-page3');
    await bench.store.update('xe-page3', (record) => ({
      record: { ...record, at: 'attend' },
      note: { type: 'step', actor: { via: 'system', id: 'test' }, detail: {} },
    }));
    await page.waitForSelector('body[data-state=connected]');
    await ended(vm);
    await page.getByRole('heading', { name: 'The screen went away' }).waitFor();
    await picture(page, '9-lost');
    await rm(`${bench.dir}/xe-page3.vnc`, { force: true });
    await startVm('xe-page3');
    await page.waitForSelector('body[data-state=connected]');
    await bench.tickets.revokeAll('xe-page3');
    const actor = { via: 'slack', id: 'U02BOB' } as const;
    await bench.store.note('xe-page3', { type: 'console-revoked', actor, detail: {} });
    await page.getByRole('heading', { name: 'Access was withdrawn' }).waitFor();
    expect(await page.locator('#ghost').getAttribute('src')).toBeNull();
    await picture(page, '10-revoked');
    await page.close();
  }, 60_000);

  it('resets the VM by QMP after a confirmation, and the audit trail has it', async () => {
    await startVm('xe-page4');
    await bench.install('xe-page4');
    const page = await openTab();
    await enterByLink(page, 'xe-page4');
    await page.waitForSelector('body[data-state=connected]');
    await page.getByRole('button', { name: 'Power' }).click();
    await page.getByRole('menuitem', { name: /Reset/ }).click();
    const answer = page.waitForResponse(/\/power$/);
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
    expect((await answer).status()).toBe(200);
    const events = await bench.store.events('xe-page4');
    expect(events.at(-1)).toMatchObject({
      type: 'console-power',
      detail: { action: 'reset' },
      actor: { id: 'U01ALICE' },
    });
    await page.close();
  }, 30_000);

  it('can be left by keyboard, and says what it does aloud', async () => {
    await startVm('xe-page5');
    await bench.install('xe-page5');
    const page = await openTab();
    await enterByLink(page, 'xe-page5');
    await page.waitForSelector('body[data-state=connected]');
    await page.keyboard.press('Control+Alt+Shift+T');
    expect(await focused(page)).toBe('cad');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('keys');
    expect(await page.locator('[aria-live=polite]').textContent()).toBe('Live');
    await page.close();
  }, 30_000);

  it('has logged no error and broken no policy in any of this', () => {
    expect(complaints).toEqual([]);
  });
});

/** The canvas once it stands still and is not blank. */
async function settled(page: Page): Promise<number> {
  let last = -1;
  await vi.waitFor(
    async () => {
      const now = await canvasSum(page);
      const still = now === last && now !== 0;
      last = now;
      expect(still).toBe(true);
    },
    { timeout: 15_000, interval: 500 },
  );
  return last;
}
