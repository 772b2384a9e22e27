import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeSerialPort, startFakeSerialPort } from '../fakes/fake-serial-port.ts';
import { type FakeVnc, startFakeVnc } from '../fakes/fake-vnc.ts';
import { type ConsoleBench, serialPaths, startConsoleBench } from '../support/console-bench.ts';
import { openPeople, type PeopleAtConsole } from '../support/people-at-console.ts';

const id = 'xe-copy';
const soon = { timeout: 10_000, interval: 50 };

let bench: ConsoleBench;
let there: PeopleAtConsole;
let vnc: FakeVnc;
let port: FakeSerialPort;
let page: Page;

beforeAll(async () => {
  bench = await startConsoleBench({}, undefined, { run: 'sh' });
  vnc = await startFakeVnc(join(bench.dir, `${id}.vnc`));
  const { serial, serialLogs } = serialPaths(bench.dir, id);
  port = await startFakeSerialPort({ socket: serial[0] ?? '', log: serialLogs[0] ?? '' });
  await port.say('first line\r\nsecond line\r\nlogin: ');
  await bench.install(id);
  there = await openPeople(bench, ['alice']);
  page = await there.arrive(id, 'alice');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('tab', { name: 'Serial 1' }).click();
  await page.waitForSelector('#serial[data-link=open]');
  await page.locator('#serial-1 .xterm-rows').getByText('login:').waitFor();
}, 60_000);
afterAll(async () => {
  await there.close();
  await port.close();
  await vnc.close();
  await bench.close();
});
beforeEach(() => page.evaluate("navigator.clipboard.writeText('before')"));

const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()');
const notice = () => page.locator('#notice').textContent();
const focused = () => page.evaluate('document.activeElement.id');

/** Draws over the first two rows, as far as the letters go. */
async function select(): Promise<void> {
  const box = await page.locator('#serial-1 .xterm-screen').boundingBox();
  if (!box) throw new Error('the terminal is not seen');
  const row = box.height / 24;
  await page.mouse.move(box.x + 1, box.y + row / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + (box.width / 80) * 11, box.y + row * 1.5, { steps: 5 });
  await page.mouse.up();
}

describe('copying from a serial port', () => {
  it.each(['Control+Shift+C', 'Meta+C'])(
    'what is selected with the mouse goes by %s to the clipboard',
    async (keys) => {
      const sent = port.heard().length;
      await select();
      await page.keyboard.press(keys);
      await expect.poll(clipboard, soon).toBe('first line\nsecond line');
      expect(await notice()).toBe('Copied what is selected.');
      expect(port.heard()).toHaveLength(sent);
      await page.mouse.click(700, 500);
    },
  );

  it('the keys leave the clipboard alone where nothing is selected, and say so', async () => {
    await page.keyboard.press('Control+Shift+C');
    await expect.poll(notice, soon).toContain('Nothing is selected');
    expect(await clipboard()).toBe('before');
  });

  it('Ctrl-C alone is the port’s', async () => {
    await select();
    await page.keyboard.press('Control+C');
    await expect.poll(() => port.heard(), soon).toContain('\x03');
    expect(await clipboard()).toBe('before');
    await page.mouse.click(700, 500);
  });

  it('the button is reached by keys, and copies everything where nothing is selected', async () => {
    await page.keyboard.press('Control+Alt+Shift+T');
    expect(await focused()).toBe('tab-serial-1');
    for (let tabs = 0; tabs < 4 && (await focused()) !== 'serial-copy'; tabs += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(clipboard, soon).toContain('first line\nsecond line\nlogin:');
    expect(await notice()).toBe('Copied everything that this tab has.');
    expect(await focused()).toBe('serial-copy');
  });

  it('breaks no policy of the page', () => {
    expect(there.browsers().flatMap((browser) => browser.complaints())).toEqual([]);
  });
});
