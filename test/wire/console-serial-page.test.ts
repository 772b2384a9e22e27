import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import { type FakeSerialPort, startFakeSerialPort } from '../fakes/fake-serial-port.ts';
import { type FakeVnc, startFakeVnc } from '../fakes/fake-vnc.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { type ConsoleBench, serialPaths, startConsoleBench } from '../support/console-bench.ts';
import { startEchoGuest } from '../support/echo-guest.ts';

/** Set it to keep pictures of the page. */
const pictures = process.env.XEPA_PICTURES;

let bench: ConsoleBench;
let browser: Browser;
const closing: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  bench = await startConsoleBench({}, undefined, { run: 'sh' });
  browser = await openBrowser();
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
}, 60_000);

afterAll(async () => {
  await browser.close();
  for (const one of closing) await one.close();
  await bench.close();
});

async function startGuest(id: string): Promise<ChildProcess> {
  const place = { ...serialPaths(bench.dir, id), disk: join(bench.dir, `${id}.img`) };
  const vm = await startEchoGuest({ ...place, vnc: join(bench.dir, `${id}.vnc`), qmp: join(bench.dir, `${id}.qmp`) });
  closing.push({ close: () => ended(vm) });
  await bench.install(id);
  return vm;
}

async function ended(vm: ChildProcess): Promise<void> {
  if (vm.exitCode !== null || vm.signalCode !== null) return;
  vm.kill();
  await once(vm, 'exit');
}

/** A screen and a first serial port that say what the test says. */
async function startFakes(id: string): Promise<{ vnc: FakeVnc; port: FakeSerialPort }> {
  const vnc = await startFakeVnc(join(bench.dir, `${id}.vnc`));
  const { serial, serialLogs } = serialPaths(bench.dir, id);
  const port = await startFakeSerialPort({ socket: serial[0] ?? '', log: serialLogs[0] ?? '' });
  closing.push(vnc, port);
  await bench.install(id);
  return { vnc, port };
}

async function enterByLink(id: string, right: ConsoleRight = 'control', user = 'U01ALICE'): Promise<Page> {
  const page = await browser.page({ width: 1280, height: 800 });
  await page.goto(`${bench.url}/c#${await bench.ticket(id, user, right)}`);
  await page.getByRole('button', { name: 'Open console' }).click();
  await page.waitForURL(`${bench.url}/console/${id}`);
  await page.waitForSelector('body[data-state=connected]');
  return page;
}

async function openTab(page: Page, name: 'Serial 1' | 'Serial 2'): Promise<void> {
  await page.getByRole('tab', { name }).click();
  await page.waitForSelector('#serial[data-link=open]');
}

/** What the terminal shows, a line a row. */
async function lines(page: Page, port: '1' | '2' = '1'): Promise<string[]> {
  const rows = await page.locator(`#serial-${port} .xterm-rows > div`).allInnerTexts();
  return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd());
}

async function shows(page: Page, text: string, port?: '1' | '2'): Promise<void> {
  await vi.waitFor(async () => expect((await lines(page, port)).join('\n')).toContain(text), { timeout: 10_000 });
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
  }
}

describe('the serial tabs', () => {
  it('show a real guest’s port from its start on, carry keys to it and its answer back, and the screen stays', async () => {
    const vm = await startGuest('xe-sp1');
    const log = serialPaths(bench.dir, 'xe-sp1').serialLogs[0] ?? '';
    await vi.waitFor(async () => expect(await readFile(log, 'latin1')).toContain('echo guest'), { timeout: 20_000 });
    const page = await enterByLink('xe-sp1');
    expect(await page.locator('#serial .xterm').count()).toBe(0);
    await openTab(page, 'Serial 1');
    await shows(page, 'echo guest');
    await page.keyboard.type('Hello, ttyS0!');
    await shows(page, 'Hello, ttyS0!');
    await page.getByRole('tab', { name: 'Screen', exact: true }).click();
    await page.waitForSelector('#serial', { state: 'hidden' });
    expect(await page.evaluate('document.activeElement.tagName')).toBe('CANVAS');
    await openTab(page, 'Serial 2');
    expect((await lines(page, '2')).join('')).toBe('');
    await openTab(page, 'Serial 1');
    await shows(page, 'Hello, ttyS0!');
    await ended(vm);
    await page.close();
  }, 60_000);

  it('reconnect by themselves, and show the past once', async () => {
    const { port } = await startFakes('xe-sp2');
    await port.say('once upon a time\r\n');
    const page = await enterByLink('xe-sp2');
    await openTab(page, 'Serial 1');
    await shows(page, 'once upon a time');
    bench.host.drop();
    await page.waitForSelector('#serial[data-link=lost]');
    await port.say('and then\r\n');
    await page.waitForSelector('#serial[data-link=open]', { timeout: 15_000 });
    await shows(page, 'and then');
    expect((await lines(page)).filter((line) => line.includes('once upon')).length).toBe(1);
    await page.close();
  }, 40_000);

  it('let nothing out of the terminal: no answer to the guest, no title, link, clipboard or markup', async () => {
    const { port } = await startFakes('xe-sp3');
    const page = await enterByLink('xe-sp3');
    const title = await page.title();
    const asks = [
      '[c',
      '[>c',
      '[>q',
      '[5n',
      '[6n',
      '[?6n',
      '[?2026$p',
      '[4$p',
      '[18t',
      '[21t',
      '[?1004h',
      'P$qm\x1b\\',
    ];
    const commands = ['0;owned', '2;owned', '4;1;?', '10;?', '11;?', '52;c;b3duZWQ=', '8;;https://evil.example'];
    const said = [...asks, ...commands.map((text) => `]${text}\x07`)].map((text) => `\x1b${text}`);
    await openTab(page, 'Serial 1');
    await port.say(`${said.join('')}<img src=x onerror=alert(1)>\r\n\x1b[38;2;10;200;30mtrue colour\x1b[0m\r\nend`);
    await shows(page, 'end');
    await shows(page, '<img src=x onerror=alert(1)>');
    const colour = `getComputedStyle([...document.querySelectorAll('#serial-1 .xterm-rows span')]
      .find((span) => span.textContent === 'true colour')).color`;
    expect(await page.evaluate(colour)).toBe('rgb(10, 200, 30)');
    expect(await page.title()).toBe(title);
    expect(await page.locator('#serial img, #serial a').count()).toBe(0);
    await page.keyboard.type('z');
    await vi.waitFor(() => expect(port.heard()).not.toBe(''));
    expect(port.heard()).toBe('z');
    await page.close();
  }, 40_000);

  it('carry a paste, and what the page keeps for itself stays here', async () => {
    const { port } = await startFakes('xe-sp4');
    const page = await enterByLink('xe-sp4');
    await openTab(page, 'Serial 1');
    await page.evaluate(`(() => {
      const data = new DataTransfer();
      data.setData('text/plain', 'root\\npässword');
      const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      document.querySelector('#serial-1 textarea').dispatchEvent(event);
    })()`);
    await vi.waitFor(() => expect(Buffer.from(port.heard(), 'latin1').toString()).toBe('root\rpässword'));
    await page.keyboard.press('Control+Alt+Shift+T');
    expect(await page.evaluate('document.activeElement.id')).toBe('tab-serial-1');
    await page.keyboard.press('ArrowLeft');
    expect(await page.evaluate('document.activeElement.id')).toBe('tab-screen');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#serial', { state: 'hidden' });
    expect(Buffer.from(port.heard(), 'latin1').toString()).toBe('root\rpässword');
    await page.close();
  }, 40_000);

  it('send nothing for somebody who watches, and say so', async () => {
    const { port } = await startFakes('xe-sp5');
    await port.say('login: ');
    const page = await enterByLink('xe-sp5', 'view');
    await openTab(page, 'Serial 1');
    await shows(page, 'login:');
    await page.getByText('You are watching only.').waitFor();
    await page.keyboard.type('root');
    await port.say('still here');
    await shows(page, 'still here');
    expect(port.heard()).toBe('');
    await page.close();
  }, 40_000);

  it('save what was said as a file', async () => {
    const { port } = await startFakes('xe-sp6');
    await port.say('\x1b[1mfrom the start\x1b[0m\r\n');
    const page = await enterByLink('xe-sp6');
    await openTab(page, 'Serial 1');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe('xe-sp6-serial1.log');
    expect(await readFile(await file.path(), 'latin1')).toBe('\x1b[1mfrom the start\x1b[0m\r\n');
    await page.close();
  }, 40_000);

  it('say so where the VM was started before they could be shown', async () => {
    await startFakes('xe-sp7');
    await bench.store.update('xe-sp7', ({ facts, ...record }) => ({
      record: {
        ...record,
        facts: { ...facts, ...(facts.launch ? { launch: { ...facts.launch, serialLogs: [] } } : {}) },
      },
      note: { type: 'noted', actor: { via: 'system', id: 'test' }, detail: {} },
    }));
    const page = await enterByLink('xe-sp7');
    await page.getByRole('tab', { name: 'Serial 1' }).click();
    await page.getByText('started before its serial ports could be shown').waitFor();
    await picture(page, '24-serial-none');
    await page.close();
  }, 40_000);

  it('fit a laptop and a tablet', async () => {
    const { port } = await startFakes('xe-sp8');
    await port.say(await readFile('test/fixtures/serial-installer.txt'));
    const page = await enterByLink('xe-sp8');
    await openTab(page, 'Serial 1');
    await shows(page, 'Partition disks');
    for (const [name, size] of [
      ['21-serial', { width: 1280, height: 800 }],
      ['22-serial-tablet', { width: 820, height: 1180 }],
      ['23-serial-phone', { width: 390, height: 844 }],
    ] as const) {
      await page.setViewportSize(size);
      await vi.waitFor(async () => {
        const place = await page.locator('#serial-1').boundingBox();
        const terminal = await page.locator('#serial-1 .xterm-screen').boundingBox();
        if (!place || !terminal) throw new Error('nothing is shown');
        if (size.width > 600) expect(terminal.width).toBeLessThanOrEqual(place.width);
        expect(terminal.width).toBeGreaterThan(Math.min(place.width, 700) * 0.6);
      });
      await picture(page, name);
    }
    await page.close();
  }, 60_000);

  it('have broken no policy in any of this', () => {
    expect(browser.complaints()).toEqual([]);
  });
});
