import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPeopleStage, type PeopleStage } from '../support/people-stage.ts';

const soon = { timeout: 10_000, interval: 50 };
const id = 'xe-access';

let stage: PeopleStage;
let page: Page;

beforeAll(async () => {
  stage = await openPeopleStage(id, ['alice']);
  page = await stage.there.arrive(id, 'alice');
  await page.waitForSelector('body[data-line=live]');
}, 60_000);
afterAll(() => stage.close());

const focused = () => page.evaluate<string>('document.activeElement.id || document.activeElement.tagName');

/** From the screen to a button of the toolbar, as a person without a mouse gets there. */
async function walkTo(wanted: string): Promise<void> {
  await page.keyboard.press('Control+Alt+Shift+T');
  for (let tabs = 0; tabs < 14 && (await focused()) !== wanted; tabs += 1) await page.keyboard.press('Tab');
  expect(await focused()).toBe(wanted);
}

interface Stop {
  id: string;
  name: string;
  ring: string;
}

/** What Tab leads to, once around the page, from the button on that it begins at. */
async function stops(): Promise<Stop[]> {
  await page.keyboard.press('Control+Alt+Shift+T');
  const found: Stop[] = [];
  for (let tabs = 0; tabs < 30; tabs += 1) {
    const stop = await page.evaluate<Stop>(`(() => {
      const one = document.activeElement;
      const name = one.getAttribute('aria-label') ?? one.innerText.trim();
      return { id: one.id || one.tagName, name, ring: getComputedStyle(one).outlineStyle };
    })()`);
    if (found.some((one) => one.id === stop.id)) break;
    // Behind the last one the browser's own buttons come, which has none here.
    if (stop.id !== 'BODY') found.push(stop);
    await page.keyboard.press('Tab');
  }
  return found;
}

describe('the page without a mouse', () => {
  it('leads from stop to stop in the order in which they are seen, each with a name and a frame', async () => {
    const all = await stops();
    const footer = ['cad', 'keys', 'type', 'power', 'media', 'shot', 'actual', 'full', 'more', 'metal'];
    expect(all.map((one) => one.id)).toEqual([...footer, 'tab-screen', 'custody']);
    for (const { name, ring } of all) expect([name, ring]).toEqual([expect.stringMatching(/\w/), 'solid']);
  });

  it.each([
    ['power', 'power-menu', 'power'],
    ['media', 'media-menu', 'media'],
    ['shot', 'shot-menu', 'shot'],
    ['more', 'more-menu', 'more'],
    ['keys', 'keys-panel', 'keys'],
  ])('opens %s, and Escape leads back to its button', async (button, menu, back) => {
    await walkTo(button);
    await page.keyboard.press('Enter');
    await page.locator(`#${menu}`).waitFor();
    if (button !== 'keys')
      await expect.poll(() => page.evaluate(`document.activeElement.closest('#${menu}') !== null`)).toBe(true);
    await page.keyboard.press('Escape');
    await page.locator(`#${menu}`).waitFor({ state: 'hidden' });
    expect(await focused()).toBe(back);
    await page.locator('#screen canvas').click();
  });

  it('opens the list of people from the tabs, and Escape leads back', async () => {
    await walkTo('custody');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'At the console' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('custody-release');
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('custody');
  });

  it.each([
    ['type', 'type-dialog'],
    ['metal', 'dialog'],
  ])('Escape leaves the question of %s for the screen', async (button, dialog) => {
    await walkTo(button);
    await page.keyboard.press('Enter');
    await page.locator(`#${dialog}`).waitFor();
    await page.keyboard.press('Escape');
    await page.locator(`#${dialog}`).waitFor({ state: 'hidden' });
    await expect.poll(focused, soon).toBe('CANVAS');
  });

  it('goes back into the screen by its tab', async () => {
    await walkTo('tab-screen');
    await page.keyboard.press('Enter');
    await expect.poll(focused, soon).toBe('CANVAS');
  });

  it('chooses the colours, which stay', async () => {
    await walkTo('more');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitemradio', { name: 'Dark' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('menuitemradio', { name: 'Dark' }).getAttribute('aria-checked')).toBe('true');
    await page.keyboard.press('Escape');
    await page.reload();
    await page.waitForSelector('body[data-state=connected]');
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark');
    await page.evaluate("localStorage.removeItem('xepa-colours')");
    await page.reload();
    await page.waitForSelector('body[data-state=connected]');
  });
});

describe('the page for who listens', () => {
  it('names its parts, and speaks where something changes', async () => {
    for (const [role, name] of [
      ['tablist', 'What is shown'],
      ['toolbar', 'Console'],
      ['application', /The server's screen/],
    ] as const) {
      expect(await page.getByRole(role, { name }).count()).toBe(1);
    }
    const live = await page.evaluate<string[]>(
      "[...document.querySelectorAll('[role=status], [role=alert]')].map((one) => one.id)",
    );
    expect(live).toEqual(
      expect.arrayContaining(['step', 'line', 'watching', 'notice', 'warning', 'custody-text', 'serial-line']),
    );
    expect(
      await page.evaluate('document.querySelectorAll(\'[tabindex]:not([tabindex="0"], [tabindex="-1"])\').length'),
    ).toBe(0);
  });
});

describe('the page as the computer wants it', () => {
  it('stands still where less motion is wanted', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const moving = `document.getElementById('curtain').hidden = false,
      [...document.querySelectorAll('*')].filter((one) => {
        const { animationName, transitionDuration } = getComputedStyle(one);
        return animationName !== 'none' || /[1-9]/.test(transitionDuration);
      }).length`;
    expect(await page.evaluate(moving)).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await page.evaluate(moving)).toBe(1);
    await page.evaluate("document.getElementById('curtain').hidden = true");
  });

  it('can be used whole at 200 %, menus too', async () => {
    // What a window of 1280 by 800 has left for a page that is drawn twice as large.
    await page.setViewportSize({ width: 640, height: 400 });
    const outside = `[...document.querySelectorAll('header button, footer > button, :popover-open')].filter((one) => {
      const { left, right, top, bottom, width } = one.getBoundingClientRect();
      return width > 0 && (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight);
    }).map((one) => one.id)`;
    expect(await page.evaluate(outside)).toEqual([]);
    for (const menu of ['power', 'media', 'shot', 'more', 'keys', 'custody']) {
      await page.locator(`#${menu}`).click();
      expect(await page.evaluate(outside), menu).toEqual([]);
      await stage.shoot(page, `zoom-${menu}`);
      await page.keyboard.press('Escape');
    }
    expect((await page.locator('#stage').boundingBox())?.height).toBeGreaterThan(150);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(640);
    await page.setViewportSize({ width: 1280, height: 800 });
  });
});
