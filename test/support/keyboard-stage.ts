import type { Page } from 'playwright-core';
import { type Browser, openBrowser } from './browser.ts';
import { type ConsoleBench, startConsoleBench } from './console-bench.ts';
import { type KeyboardVm, startKeyboardVm } from './keyboard-vm.ts';

/** The console's page in a real browser, through the real console, at a guest that tells what its keyboard gives. */
export interface KeyboardStage {
  id: string;
  bench: ConsoleBench;
  browser: Browser;
  vm: KeyboardVm;
  page: Page;
  close(): Promise<void>;
}

export async function openKeyboardStage(id: string): Promise<KeyboardStage> {
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const end of closing.toReversed()) await end();
  };
  try {
    const bench = await startConsoleBench();
    closing.push(bench.close);
    const vm = await startKeyboardVm(bench.dir, id);
    closing.push(vm.stop);
    const browser = await openBrowser();
    closing.push(browser.close);
    await bench.install(id);
    const page = await browser.page({ width: 1280, height: 800 });
    await page.goto(`${bench.url}/c#${await bench.ticket(id)}`);
    await page.getByRole('button', { name: 'Open console' }).click();
    await page.waitForSelector('body[data-state=connected]');
    return { id, bench, browser, vm, page, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens the dialog for typing with a text in it. */
export async function openTyping(page: Page, text: string, layout: string): Promise<void> {
  await page.getByRole('button', { name: 'Type text…' }).click();
  await page.getByLabel('Keyboard that the server expects').selectOption(layout);
  await page.getByLabel('Text', { exact: true }).fill(text);
}

export async function typeOnServer(page: Page, text: string, layout: string): Promise<void> {
  await openTyping(page, text, layout);
  await page.getByRole('button', { name: 'Type', exact: true }).click();
  await page.locator('#type-dialog').waitFor({ state: 'hidden', timeout: 170_000 });
}
