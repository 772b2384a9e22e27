import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

/** A real Chromium with a profile of its own. */
export interface Browser {
  page(size?: { width: number; height: number }): Promise<Page>;
  /** What pages complained about: errors, and breaches of the content security policy. */
  complaints(): string[];
  close(): Promise<void>;
}

/** Debian's Chromium, told to call nobody but the pages it is shown. */
export async function openBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'xepa-browser-'));
  const complaints: string[] = [];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    viewport: { width: 1100, height: 760 },
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
  return {
    async page(size) {
      const page = await context.newPage();
      if (size) await page.setViewportSize(size);
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      return page;
    },
    complaints: () => [...complaints],
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
