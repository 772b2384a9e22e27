import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KeyboardStage, openKeyboardStage } from '../support/keyboard-stage.ts';
import { arrives, longText } from '../support/typed-text.ts';

const ascii = Array.from({ length: 95 }, (_none, index) => String.fromCharCode(32 + index)).join('');

let stage: KeyboardStage;
beforeAll(async () => {
  stage = await openKeyboardStage('xe-keymaps');
}, 180_000);
afterAll(() => stage?.close());

describe('text that is typed in the page', () => {
  it.each([
    ['gb', 'gb', longText('gb', 110)],
    ['es', 'es', longText('es', 160)],
    // The Linux console's own, which other people wrote.
    ['de-latin1', 'de-console', ascii],
    ['fr-latin9', 'fr-console', ascii],
  ])('arrives with the keymap %s', (keymap, layout, text) => arrives(stage, { keymap, layout, text }), 60_000);

  it('has broken no policy in any of this', () => {
    expect(stage.browser.complaints()).toEqual([]);
  });
});
