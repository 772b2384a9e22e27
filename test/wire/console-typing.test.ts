import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layouts } from '../../web-console/public/keys/layouts.ts';
import { strokesOf } from '../../web-console/public/keys/strokes.ts';
import { type KeyboardStage, openKeyboardStage, typeOnServer } from '../support/keyboard-stage.ts';

const ascii = Array.from({ length: 95 }, (_none, index) => String.fromCharCode(32 + index)).join('');
const prose = `root:$6$x9~/etc "fstab" {net: 10.0.77.1/24} <eth0> [a|b] \\ user@host #1 100% 'q' (y) z=Y; ^x^ \`w\` *&!?+-_,.\n\t`;

let stage: KeyboardStage;
beforeAll(async () => {
  stage = await openKeyboardStage('xe-typing');
}, 180_000);
afterAll(() => stage?.close());

/** Every character that the page can type on that layout, and then prose, up to so many characters. */
function longText(id: string, length: number): string {
  const layout = layouts.find((each) => each.id === id);
  if (!layout) throw new Error(`no layout ${id}`);
  const all = [...strokesOf(layout).keys()].join('');
  return (all + prose.repeat(Math.ceil(length / prose.length))).slice(0, length);
}

async function expectArrival(text: string): Promise<void> {
  // A terminal in raw mode has Enter as a carriage return.
  const expected = text.replaceAll('\n', '\r');
  await expect.poll(() => stage.vm.received(), { timeout: 5_000 }).toBe(expected);
}

describe('text that is typed in the page', () => {
  it.each(['us', 'de', 'fr'])(
    'arrives in the guest byte for byte: 1,000 characters on %s',
    async (layout) => {
      await stage.vm.load(layout);
      const text = longText(layout, 1_000);
      await typeOnServer(stage.page, text, layout);
      await expectArrival(text);
    },
    180_000,
  );

  it.each([
    ['gb', 'gb', longText('gb', 110)],
    ['es', 'es', longText('es', 160)],
    // The Linux console's own, which other people wrote.
    ['de-latin1', 'de-console', ascii],
    ['fr-latin9', 'fr-console', ascii],
  ])(
    'arrives with the keymap %s',
    async (keymap, layout, text) => {
      await stage.vm.load(keymap);
      await typeOnServer(stage.page, text, layout);
      await expectArrival(text);
    },
    60_000,
  );

  it('has broken no policy in any of this', () => {
    expect(stage.browser.complaints()).toEqual([]);
  });
});
