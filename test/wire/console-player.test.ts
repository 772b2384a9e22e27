import { mkdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { kinds, readEntries } from '../../web-console/recordings/entries.ts';
import { readPart, survey } from '../../web-console/recordings/survey.ts';
import { type Browser, openBrowser } from '../support/browser.ts';
import { type PatternVm, startPatternVm } from '../support/pattern-vm.ts';
import type { Pixels } from '../support/pixels.ts';
import { chunkStarts, reading } from '../support/recording-rig.ts';
import { type RecordingStage, recorded, startRecordingStage } from '../support/recording-stage.ts';

/** Set it to keep pictures of the pages. */
const pictures = process.env.XEPA_PICTURES;
const id = 'xe-film';

let stage: RecordingStage;
let browser: Browser;
let vm: PatternVm;
/** What QEMU had on its screen before and after the one key. */
let before: Pixels;
let after: Pixels;
let recording: string;

beforeAll(async () => {
  stage = await startRecordingStage();
  browser = await openBrowser();
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  vm = await startPatternVm(`${stage.bench.dir}/${id}`);
  await stage.bench.install(id, recorded);
}, 90_000);
afterAll(async () => {
  await browser.close();
  await vm.stop();
  await stage.bench.close();
  rmSync(stage.folder, { recursive: true, force: true });
});

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [size, width, height] of [
      ['', 1280, 800],
      ['-tablet', 820, 1180],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}${size}.png`) });
    }
  }
}

/** What a canvas shows, as QEMU would say it. */
async function shown(page: Page, canvas: string): Promise<Pixels> {
  const { width, height, rgba } = await page.evaluate<{ width: number; height: number; rgba: string }>(`(() => {
    const canvas = document.querySelector('${canvas}');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let text = '';
    for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
    return { width: canvas.width, height: canvas.height, rgba: btoa(text) };
  })()`);
  const four = Buffer.from(rgba, 'base64');
  const rgb = Buffer.alloc((four.length / 4) * 3);
  for (let at = 0; at < four.length / 4; at += 1) four.copy(rgb, at * 3, at * 4, at * 4 + 3);
  return { width, height, rgb };
}

const live = '#screen canvas';
const film = '.film:not(.unseen) canvas';

async function shows(page: Page, canvas: string, { width, height, rgb }: Pixels): Promise<void> {
  await vi.waitFor(
    async () => {
      const seen = await shown(page, canvas);
      expect([seen.width, seen.height, seen.rgb.equals(rgb)]).toEqual([width, height, true]);
    },
    { timeout: 20_000, interval: 200 },
  );
}

/** Opens the player by a link, as somebody who pressed it in Slack. */
async function openPlayer(name?: string): Promise<Page> {
  const page = await browser.page({ width: 1280, height: 800 });
  await page.goto(`${stage.bench.url}/r#${await stage.link(id, recording)}`);
  await page.waitForSelector('body[data-state=door]');
  if (name !== undefined) await picture(page, name);
  await page.getByRole('button', { name: 'Play the recording' }).click();
  await page.waitForURL(`${stage.bench.url}/recordings/${id}/${recording}`);
  await page.waitForSelector('body[data-state=ready]');
  return page;
}

/** When the key was pressed, in the recording's time. */
function keyAt(): Promise<number> {
  return reading(join(stage.folder, id, `${recording}.xrec`), async (reel) => {
    for (const part of (await survey(reel)).parts) {
      const found = [...readEntries((await readPart(reel, part)) ?? Buffer.alloc(0))];
      const key = found.find(({ kind }) => kind === kinds.key);
      if (key) return key.at;
    }
    throw new Error('no key in the recording');
  });
}

async function seekTo(page: Page, at: number): Promise<void> {
  await page.locator('#seek').evaluate((slider, value) => {
    Reflect.set(slider, 'value', String(value));
    slider.dispatchEvent(new Event('change'));
  }, at);
  await page.waitForSelector('body[data-winding=false]');
}

describe('a recorded console', () => {
  it('says so at the door and on the page, before anybody types', async () => {
    const page = await browser.page({ width: 1280, height: 800 });
    const wish = { installId: id, slackUser: 'U01ALICE', name: 'Alice', right: 'control' as const };
    const ticket = await stage.bench.tickets.issue({ ...wish, recorded: true, ttlSeconds: 120 });
    await page.goto(`${stage.bench.url}/c#${ticket}`);
    await page.getByText('This console is recorded').waitFor();
    await picture(page, 'recorded-1-door');
    await page.getByRole('button', { name: 'Open console' }).click();
    await page.waitForSelector('body[data-state=connected]');
    expect(
      await page
        .getByRole('status')
        .filter({ hasText: /^Recorded$/ })
        .isVisible(),
    ).toBe(true);
    before = await vm.picture();
    await shows(page, live, before);
    await picture(page, 'recorded-2-live');
    await page.locator(live).click();
    await page.keyboard.press('a');
    await vi.waitFor(async () => expect((await vm.picture()).rgb.equals(before.rgb)).toBe(false), { timeout: 10_000 });
    after = await vm.picture();
    await shows(page, live, after);
    await page.close();
    [recording = ''] = await stage.made(id);
  }, 60_000);

  it('that is not recorded says nothing of it', async () => {
    await stage.bench.install('xe-plain', { at: 'media' });
    const page = await browser.page();
    await page.goto(`${stage.bench.url}/c#${await stage.bench.ticket('xe-plain')}`);
    await page.waitForSelector('body[data-state=ready]');
    expect(await page.locator('#recorded').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Open console' }).click();
    await page.waitForSelector('body[data-state=waiting]');
    expect(await page.locator('#recorded').isVisible()).toBe(false);
    await page.close();
  });
});

describe('the player', () => {
  it('plays to the end, where the picture is QEMU’s own to the last bit', async () => {
    const page = await openPlayer('player-1-door');
    expect(await page.locator('#about').textContent()).toContain('Recording: screen of Alice');
    await page.getByRole('button', { name: '8×' }).click();
    await page.waitForSelector('body[data-playing=false]', { timeout: 30_000 });
    await shows(page, film, after);
    expect(await page.locator('#time').textContent()).toBe(await page.locator('#length').textContent());
    expect(await page.locator('#state').isVisible()).toBe(false);
    expect(await page.locator('#marks .input').count()).toBeGreaterThan(0);
    await picture(page, 'player-2-end');
    await page.close();
  }, 60_000);

  it('goes back to the middle and on to the end, by mouse and by keyboard', async () => {
    const middle = (await keyAt()) - 1;
    const page = await openPlayer();
    await page.getByRole('button', { name: 'Pause' }).click();
    await seekTo(page, middle);
    await shows(page, film, before);
    await picture(page, 'player-3-middle');
    await page.locator('#seek').focus();
    await page.keyboard.press('End');
    await shows(page, film, after);
    await seekTo(page, middle);
    await shows(page, film, before);
    await page.locator('#seek').focus();
    await page.keyboard.press('Home');
    await vi.waitFor(async () => expect(await page.locator('#time').textContent()).toBe('0:00'));
    expect(await page.locator('#seek').getAttribute('aria-valuetext')).toMatch(/^0 seconds of \d+ second/);
    expect(await page.locator('.film').count()).toBe(1);
    // Space plays, wherever the focus is.
    await page.keyboard.press(' ');
    await page.waitForSelector('body[data-playing=true]');
    await page.waitForSelector('body[data-playing=false]', { timeout: 30_000 });
    await shows(page, film, after);
    await page.close();
  }, 60_000);

  it('shows what there is of a recording that was cut, and says that it ends early', async () => {
    const file = join(stage.folder, id, `${recording}.xrec`);
    truncateSync(file, (chunkStarts(file).at(-1) ?? 0) - 1);
    const page = await openPlayer();
    await page.getByText('Ends early').waitFor();
    await picture(page, 'player-4-early');
    await page.close();
  }, 60_000);

  it('says in words what it does not play', async () => {
    const page = await browser.page({ width: 1280, height: 800 });
    await page.goto(`${stage.bench.url}/recordings/${id}/r0123456789ab`);
    await page.getByRole('heading', { name: 'No recording is open in this browser' }).waitFor();
    await picture(page, 'player-5-refused');
    await page.close();
    const expected = /^Failed to load resource: .* 401/;
    expect(browser.complaints().filter((text) => !expected.test(text))).toEqual([]);
  });
});
