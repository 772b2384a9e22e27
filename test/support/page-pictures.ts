import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Set it to keep pictures of pages. */
const folder = process.env.XEPA_PICTURES;
const desk = { width: 1280, height: 800 };
const sizes = { desk, tablet: { width: 820, height: 1180 } };

/** Keeps the page as people see it, on a desk and on a tablet, by day and by night, where pictures are wanted. */
export async function picture(page: Page, name: string): Promise<void> {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
    }
  }
  await page.setViewportSize(desk);
}
