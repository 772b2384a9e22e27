import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { createPageAnswers, type PageAnswer } from '../../core/page-answers.ts';
import { pngSize } from '../../core/png.ts';
import { createWishes, type Wishes } from '../../core/wishes.ts';
import { openPeopleStage, type PeopleStage } from '../support/people-stage.ts';

const soon = { timeout: 15_000, interval: 100 };
const id = 'xe-shot';

let stage: PeopleStage;
let wishes: Wishes;

beforeAll(async () => {
  stage = await openPeopleStage(id, ['alice', 'carol']);
  wishes = createWishes({ redis: stage.bench.redis, clock: systemClock });
}, 60_000);
afterAll(() => stage.close());

const text = (page: Page, place: 'notice' | 'warning') => page.locator(`#${place}`).textContent();

async function choose(page: Page, item: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'Screenshot' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** As the bot tells it, once the policy was asked and a worker took the picture. */
async function tellPage(told: PageAnswer): Promise<void> {
  await expect.poll(async () => (await wishes.unjudged(id)).length, soon).toBe(1);
  const [wish] = await wishes.unjudged(id);
  await createPageAnswers({ redis: stage.bench.redis }).tell(id, wish?.nonce ?? '', told);
  await wishes.remove(id, wish?.nonce ?? '');
}

describe('a picture of the screen', () => {
  it.each([
    ['somebody who takes part', 'alice', 'control'],
    ['somebody who watches', 'carol', 'view'],
  ] as const)('is saved as a PNG of what the server draws, by %s', async (_who, name, right) => {
    const page = await stage.there.arrive(id, name, right);
    await expect.poll(() => page.locator('#size').textContent(), soon).toBe('720 × 400');
    const [download] = await Promise.all([page.waitForEvent('download'), choose(page, /Save as PNG/)]);
    const file = download.suggestedFilename();
    expect(file).toMatch(/^web-07-xe-shot-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\.png$/);
    expect(pngSize(await readFile(await download.path()))).toEqual({ width: 720, height: 400 });
    await expect.poll(() => text(page, 'notice'), soon).toBe(`Saved as ${file}.`);
    await stage.shoot(page, `shot-saved-${right}`);
    await page.close();
  });

  it('is posted to the thread after a question, and the page says what became of it', async () => {
    const page = await stage.there.arrive(id, 'alice');
    await page.getByRole('button', { name: 'Screenshot' }).click();
    await stage.shoot(page, 'shot-menu');
    await page.getByRole('menuitem', { name: /Post it/ }).click();
    await page.getByRole('heading', { name: 'Post the screen to the thread?' }).waitFor();
    await stage.shoot(page, 'shot-asks');
    await page.keyboard.press('Escape');
    expect(await wishes.unjudged(id)).toEqual([]);
    await choose(page, /Post it/);
    await page.getByRole('button', { name: 'Post it', exact: true }).click();
    await tellPage({ state: 'posted' });
    await expect.poll(() => text(page, 'notice'), soon).toBe('The picture is in the thread of the install.');
    await choose(page, /Post it/);
    await page.getByRole('button', { name: 'Post it', exact: true }).click();
    await tellPage({ state: 'failed', message: 'This device is protected.' });
    const said = 'The picture was not posted. This device is protected.';
    await expect.poll(() => text(page, 'warning'), soon).toBe(said);
    await page.close();
  });

  it('and the keyboard: the whole way by keys, with the focus back on the screen', async () => {
    const page = await stage.there.arrive(id, 'alice');
    await page.keyboard.press('Control+Alt+Shift+T');
    const focused = () => page.evaluate('document.activeElement.id || document.activeElement.tagName');
    for (let tabs = 0; tabs < 8 && (await focused()) !== 'shot'; tabs += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(focused, soon).toBe('shot-save');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    expect(download.suggestedFilename()).toContain('web-07');
    await expect.poll(focused, soon).toBe('CANVAS');
    await page.close();
  });

  it('breaks no policy of the page', () => {
    for (const browser of stage.there.browsers()) expect(browser.complaints()).toEqual([]);
  });
});
