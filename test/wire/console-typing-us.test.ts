import { afterAll, beforeAll, expect, it } from 'vitest';
import { type KeyboardStage, openKeyboardStage } from '../support/keyboard-stage.ts';
import { arrives, longText } from '../support/typed-text.ts';

// One file for each layout, so that they are typed side by side: it takes as long as a guest takes keys.
const layout = 'us';

let stage: KeyboardStage;
beforeAll(async () => {
  stage = await openKeyboardStage(`xe-typing-${layout}`);
}, 180_000);
afterAll(() => stage?.close());

it('1,000 characters that are typed in the page arrive in the guest byte for byte', async () => {
  await arrives(stage, { keymap: layout, layout, text: longText(layout, 1_000) });
  expect(stage.browser.complaints()).toEqual([]);
}, 180_000);
