import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';
import { type Browser, openBrowser } from './browser.ts';
import { bobHere, type StepUpBench, startStepUpBench } from './step-up-bench.ts';

export const bob = 'U02BOB';

/** Set it to keep pictures of the page. */
const pictures = process.env.XEPA_PICTURES;

/** Chromium logs each HTTP refusal that a script receives; the page shows those in words. */
const expected = /^Failed to load resource: .* (401|403|409|410)/;

/** The parts of an answer that tests look into. */
const Reply = z.looseObject({
  options: z.looseObject({ user: z.looseObject({}).optional() }).optional(),
});
type Reply = z.infer<typeof Reply>;

/** The passkey page in a real browser, in front of a real console. */
export interface PasskeyStage {
  bench: StepUpBench;
  browser: Browser;
  /** Nobody is linked, and the limits per minute are unused. */
  reset(): Promise<void>;
  /** Opens a link and presses Continue. */
  openLink(page: Page, ticket: string): Promise<void>;
  /** Links Bob's first passkey in this tab. */
  enrol(page: Page, label?: string): Promise<void>;
  /** The page is there and waits for a person. */
  reaches(page: Page, state: string): Promise<unknown>;
  /** What the page would send, sent by hand. */
  post(what: string, body: object, cookie: string): Promise<{ status: number; body: Reply }>;
  lastEvent(id: string): Promise<unknown>;
  /** What pages complained about that they should not have. */
  complaints(): string[];
  close(): Promise<void>;
}

export async function startPasskeyStage(): Promise<PasskeyStage> {
  const bench = await startStepUpBench();
  const browser = await openBrowser();
  const stage: PasskeyStage = {
    bench,
    browser,
    async reset() {
      for (const pattern of ['xepa:passkeys:*', 'xepa:limit:*']) {
        for (const key of await bench.redis.keys(pattern)) await bench.redis.del(key);
      }
    },
    async openLink(page, ticket) {
      // From one fragment to another is no navigation.
      await page.goto('about:blank');
      await page.goto(`${bench.url}/p#${ticket}`);
      await stage.reaches(page, 'ready');
      await button(page, 'Continue').click();
    },
    async enrol(page, label = 'Laptop') {
      await stage.openLink(page, (await bench.links.issueLink(bobHere)).ticket);
      await stage.reaches(page, 'create');
      await page.getByLabel('Name of the new passkey').fill(label);
      await button(page, 'Create a passkey').click();
      await stage.reaches(page, 'manage');
    },
    reaches: (page, state) => page.waitForSelector(`body[data-state=${state}][data-busy=false]`),
    async post(what, body, cookie) {
      const response = await bench.ask(`/api/step-up/${what}`, { body, cookie });
      return { status: response.status, body: Reply.parse(await response.json()) };
    },
    lastEvent: async (id) => (await bench.store.events(id)).at(-1),
    complaints: () => browser.complaints().filter((text) => !expected.test(text)),
    async close() {
      await browser.close();
      await bench.close();
    },
  };
  return stage;
}

export function button(page: Page, name: string): Locator {
  return page.getByRole('button', { name, exact: true });
}

export async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), fullPage: true });
  }
}
