import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPeopleStage, type PeopleStage } from '../support/people-stage.ts';
import { startTinyVm } from '../support/tiny-vm.ts';

/** Widths and heights of windows; a tablet is the last two. */
const windows = [
  [1440, 900],
  [1280, 800],
  [1180, 820],
  [1024, 768],
  [768, 1024],
] as const;
const system = { via: 'system', id: 'test' } as const;
const ONE_LINE_PX = 60;
const FINGER_PX = 40;
/** Free at either side, so that a thing more does not at once cut off the last one. */
const EDGE_PX = 10;

let stage: PeopleStage;
let alice: Page;
let bob: Page;

beforeAll(async () => {
  stage = await openPeopleStage('xe-layout', ['alice', 'bob']);
  alice = await stage.there.arrive('xe-layout', 'alice');
  bob = await stage.there.arrive('xe-layout', 'bob');
  await alice.waitForSelector('body[data-line=live]');
}, 60_000);
afterAll(() => stage.close());

interface Place {
  id: string;
  left: number;
  right: number;
  top: number;
  height: number;
}

/** Where everything stands that is seen in the line above the screen or below it. Text: this file is no browser's. */
function placesIn(page: Page, bar: 'header' | 'footer'): Promise<Place[]> {
  return page.evaluate<Place[]>(`[...document.querySelector('${bar}').children]
    .filter((one) => !one.matches('[popover], .gap') && one.getClientRects().length > 0 && one.offsetWidth > 1)
    .map((one) => {
      const { left, right, top, height } = one.getBoundingClientRect();
      return { id: one.id || one.className || one.tagName, left, right, top, height };
    })`);
}

const heightOf = async (page: Page, bar: string) => (await page.locator(bar).boundingBox())?.height ?? 0;

/** Pairs that lie over each other, and what is cut off at the side. */
function troubles(places: readonly Place[], width: number): string[] {
  const outside = places
    .filter(({ left, right }) => left < EDGE_PX || right > width - EDGE_PX)
    .map(({ id }) => `${id} is cut off`);
  const pairs = places.flatMap((one, index) => places.slice(index + 1).map((other) => [one, other] as const));
  const over = pairs.filter(
    ([a, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.top + b.height && b.top < a.top + a.height,
  );
  return [...outside, ...over.map(([a, b]) => `${a.id} and ${b.id} overlap`)];
}

async function picture(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await stage.shoot(page, `${name}-${colorScheme}`);
  }
}

/** Looks at the page in all windows. */
async function everywhere(page: Page, name: string): Promise<void> {
  for (const [width, height] of windows) {
    await page.setViewportSize({ width, height });
    const lines = width >= 1024 ? 1 : 2;
    for (const bar of ['header', 'footer'] as const) {
      expect(await heightOf(page, bar), `${bar} at ${width}`).toBeLessThan(lines * ONE_LINE_PX);
      expect(troubles(await placesIn(page, bar), width), `${bar} at ${width}`).toEqual([]);
    }
    await picture(page, `layout-${name}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

describe('the lines above and below the screen', () => {
  it('are one calm line each from 1024 pixels up, and two on a tablet that stands', async () => {
    await everywhere(alice, 'mine');
    await everywhere(bob, 'other');
  }, 60_000);

  it('are so beside a serial port, and with the list of people open', async () => {
    await alice.getByRole('tab', { name: 'Serial 2' }).click();
    await everywhere(alice, 'serial');
    await alice.getByRole('tab', { name: 'Screen' }).click();
    await alice.locator('#custody').click();
    await everywhere(alice, 'people');
    await alice.keyboard.press('Escape');
  }, 60_000);

  it('are so where names are long', async () => {
    const names = { device: 'storage-frankfurt-rack-12-unit-40', iso: 'ubuntu-24.04.3-live-server-amd64' };
    await stage.bench.install('xe-layout-long', {
      device: { provider: 'lab', id: 'srv-9', name: names.device, tags: [] },
      request: { iso: { url: `https://example.org/${names.iso}`, name: names.iso }, requestedBy: system },
    });
    const long = await startTinyVm(stage.bench.dir, 'xe-layout-long');
    onTestFinished(long.stop);
    const page = await stage.there.arrive('xe-layout-long', 'alice');
    await everywhere(page, 'long');
    await page.close();
  }, 60_000);

  it('say how large the picture of the server is, and how long the way to it is', async () => {
    await vi.waitFor(async () => expect(await alice.locator('#size').textContent()).toBe('720 × 400'), 10_000);
    await alice.getByText(/^\d+ ms$/).waitFor();
    await alice.getByText(/^(7 h 59 min|8 h 00 min) left$/).waitFor();
  });

  it('keep everything in its place while words change', async () => {
    const still = async () =>
      (await Promise.all((['header', 'footer'] as const).map((bar) => placesIn(alice, bar))))
        .flat()
        .filter(({ id }) => !['custody', 'step'].includes(id));
    const before = await still();
    const changes = [
      ['line', 'Waiting for the network'],
      ['line', 'Reconnecting to the screen'],
      ['trip', ''],
      ['size', ''],
      ['step', 'Step 11 of 15: something that takes many more words than there is room for in this line'],
      ['since', '11 h 59 min'],
      ['custody-words', 'Somebody with a very long name has the keyboard'],
      ['ends', '59 s left'],
      ['disc', 'ubuntu-24.04.3-live-server-amd64'],
      ['disc', 'empty'],
    ];
    for (const [id, text] of changes) {
      await alice.evaluate(`document.getElementById('${id}').textContent = ${JSON.stringify(text)}`);
      expect(await still(), `after ${id}`).toEqual(before);
    }
  });

  it('have room for what is waited for', async () => {
    const toSpare = (state: string, words: string) =>
      alice.evaluate<number>(`(() => {
        document.body.dataset.line = ${JSON.stringify(state)};
        document.getElementById('line').textContent = ${JSON.stringify(words)};
        document.getElementById('size').textContent = '1920 × 1200';
        document.getElementById('trip').textContent = ${JSON.stringify(state === 'live' ? '1999 ms' : '')};
        const left = (one) => document.querySelector(one).getBoundingClientRect().left;
        return left('.line .dot') - left('.line');
      })()`);
    expect(await toSpare('live', 'Live')).toBeGreaterThanOrEqual(0);
    for (const words of ['Waiting for the network', 'Waiting for the server', 'Reconnecting to the screen']) {
      expect(await toSpare('stalled', words), words).toBeGreaterThanOrEqual(0);
    }
  });

  it('have buttons for fingers on a tablet, however it is held', async () => {
    const session = await bob.context().newCDPSession(bob);
    await session.send('Emulation.setTouchEmulationEnabled', { enabled: true });
    for (const size of [
      { width: 1024, height: 768 },
      { width: 768, height: 1024 },
    ]) {
      await bob.setViewportSize(size);
      const small = await bob.evaluate<string[]>(`[...document.querySelectorAll('header button, footer > button')]
        .filter((one) => one.getClientRects().length > 0)
        .filter((one) => one.offsetHeight < ${FINGER_PX} || one.offsetWidth < ${FINGER_PX}).map((one) => one.id)`);
      expect(small, `${size.width} wide`).toEqual([]);
      for (const bar of ['header', 'footer'] as const) {
        expect(troubles(await placesIn(bob, bar), size.width), `${bar} at ${size.width}`).toEqual([]);
      }
      await picture(bob, `layout-fingers-${size.width}`);
    }
    await session.send('Emulation.setTouchEmulationEnabled', { enabled: false });
    await bob.setViewportSize({ width: 1280, height: 800 });
  });
});
