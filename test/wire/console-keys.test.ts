import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type KeyboardStage, openKeyboardStage, openTyping, typeOnServer } from '../support/keyboard-stage.ts';

/** Set it to keep pictures of the page. */
const pictures = process.env.XEPA_PICTURES;
const sizes = { laptop: { width: 1280, height: 800 }, tablet: { width: 820, height: 1180 } };

let stage: KeyboardStage;
beforeAll(async () => {
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  stage = await openKeyboardStage('xe-keys');
}, 180_000);
afterAll(() => stage?.close());
beforeEach(async () => {
  await stage.vm.load('us');
  await stage.page.reload();
  await stage.page.waitForSelector('body[data-state=connected]');
});

const button = (name: string, exact = true) => stage.page.getByRole('button', { name, exact });
const dialog = () => stage.page.locator('#type-dialog');
const note = () => stage.page.locator('#type-note');
const strip = () => stage.page.locator('#strip');
const received = (bytes: string) => expect.poll(() => stage.vm.received()).toBe(bytes);
const lastTyped = async () =>
  (await stage.bench.store.events(stage.id)).filter(({ type }) => type === 'console-typed').at(-1);

async function openKeys(): Promise<void> {
  await button('Keys').click();
  await stage.page.getByRole('dialog', { name: 'Keys' }).waitFor();
}

async function closeKeys(): Promise<void> {
  await stage.page.keyboard.press('Escape');
  await stage.page.locator('#keys-panel').waitFor({ state: 'hidden' });
}

async function picture(name: string): Promise<void> {
  if (pictures === undefined) return;
  for (const [size, viewport] of Object.entries(sizes)) {
    await stage.page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await stage.page.emulateMedia({ colorScheme });
      await stage.page.screenshot({ path: join(pictures, `${name}-${size}-${colorScheme}.png`) });
    }
  }
  await stage.page.setViewportSize(sizes.laptop);
}

describe('the keys of the panel', () => {
  it('reach the guest, alone and with what is held for them', async () => {
    await openKeys();
    await button('Esc').click();
    await button('F2').click();
    await button('Alt-Tab').click();
    await button('Ctrl').click();
    await strip().getByText('Ctrl held for the next key').waitFor();
    expect(await button('Ctrl').getAttribute('aria-pressed')).toBe('true');
    await picture('k1-keys');
    await stage.page.getByLabel('Letter or figure to press with them').pressSequentially('c');
    await strip().waitFor({ state: 'hidden' });
    await stage.page.getByLabel('Letter or figure to press with them').pressSequentially('a');
    await received('\u001b\u001b[[B\u001b\t\u0003a');
    await closeKeys();
  });

  it('hold a modifier for the next key of a real keyboard, and no longer than the window is looked at', async () => {
    await openKeys();
    await button('Ctrl').click();
    await closeKeys();
    await stage.page.locator('#screen canvas').click();
    await stage.page.keyboard.press('d');
    await stage.page.keyboard.press('d');
    await openKeys();
    await button('Ctrl').click();
    await stage.page.evaluate("window.dispatchEvent(new Event('blur'))");
    await strip().waitFor({ state: 'hidden' });
    await stage.page.getByLabel('Letter or figure to press with them').pressSequentially('e');
    await received('\u0004de');
    await closeKeys();
  });

  it('hammer a boot key until they are stopped', async () => {
    await openKeys();
    await button('F12, again and again').click();
    await closeKeys();
    await expect.poll(() => stage.vm.received().length).toBeGreaterThanOrEqual(4 * 5);
    await picture('k2-hammer');
    await strip().getByRole('button', { name: 'Stop' }).click();
    await strip().waitFor({ state: 'hidden' });
    expect(stage.vm.received().replaceAll('\u001b[24~', '')).toBe('');
  });
});

describe('the dialog for text', () => {
  it('refuses before the first key what the keyboard does not have', async () => {
    await openTyping(stage.page, 'echo “naïve”', 'us');
    expect(await note().textContent()).toBe('Cannot be typed on a keyboard “English (US)”: “ ï ”');
    expect(await button('Type').isDisabled()).toBe(true);
    await picture('k3-refused');
    await stage.page.getByLabel('Text', { exact: true }).fill('x'.repeat(10_000));
    expect(await note().textContent()).toBe('10,000 characters, about 7 min 20 s');
    await stage.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
    await received('');
  });

  it('stops at Escape, says how far it came, keeps the rest, and leaves nothing down', async () => {
    await openTyping(stage.page, 'ABCDEFGHIJ'.repeat(20), 'us');
    await button('Type').click();
    await expect.poll(() => stage.vm.received().length, { timeout: 10_000 }).toBeGreaterThan(10);
    await picture('k4-typing');
    await stage.page.keyboard.press('Escape');
    await note().getByText('What is left is still here.').waitFor();
    const rest = await stage.page.getByLabel('Text', { exact: true }).inputValue();
    await received('ABCDEFGHIJ'.repeat(20).slice(0, 200 - rest.length));
    await stage.page.getByLabel('Text', { exact: true }).fill('-small');
    await button('Type').click();
    await dialog().waitFor({ state: 'hidden' });
    await received(`${'ABCDEFGHIJ'.repeat(20).slice(0, 200 - rest.length)}-small`);
  });

  it('hides a password, presses Enter after it, keeps it nowhere, and tells nobody how long it is', async () => {
    await openTyping(stage.page, '', 'us');
    await stage.page.getByLabel('Password: hide it').check();
    await stage.page.getByLabel('Press Enter at the end').check();
    await stage.page.getByLabel('Password', { exact: true }).fill('S3cret!');
    await picture('k5-password');
    await button('Type').click();
    await dialog().waitFor({ state: 'hidden' });
    await received('S3cret!\r');
    expect(await lastTyped()).toMatchObject({ detail: { layout: 'us', secret: true } });
    await button('Type text…').click();
    expect(await stage.page.locator('#type-dialog textarea, #type-dialog input[type=password]').count()).toBe(2);
    for (const field of await stage.page.locator('#type-dialog textarea, #type-dialog input[type=password]').all()) {
      expect(await field.inputValue()).toBe('');
    }
  });

  it('remembers the keyboard of this install, and tells the audit trail the length of a text', async () => {
    await typeOnServer(stage.page, 'yz', 'de');
    await received('zy');
    expect(await lastTyped()).toMatchObject({ actor: { id: 'U01ALICE' }, detail: { layout: 'de', characters: 2 } });
    await stage.page.reload();
    await stage.page.waitForSelector('body[data-state=connected]');
    await button('Type text…').click();
    expect(await stage.page.getByLabel('Keyboard that the server expects').inputValue()).toBe('de');
  });
});

describe('SysRq', () => {
  it('is asked about, and restarts even a Linux that listens to nothing else', async () => {
    await openKeys();
    await stage.page.getByLabel('What Linux should do').selectOption('b');
    await button('Send…').click();
    await picture('k6-sysrq');
    await button('Send to the server').click();
    await stage.vm.restarted();
    expect(await lastTyped()).toMatchObject({ detail: { sysRq: 'b' } });
  }, 60_000);

  it('and all of this broke no policy', () => {
    expect(stage.browser.complaints()).toEqual([]);
  });
});
