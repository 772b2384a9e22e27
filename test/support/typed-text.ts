import { expect } from 'vitest';
import { layouts } from '../../web-console/public/keys/layouts.ts';
import { strokesOf } from '../../web-console/public/keys/strokes.ts';
import { type KeyboardStage, typeOnServer } from './keyboard-stage.ts';

const prose = `root:$6$x9~/etc "fstab" {net: 10.0.77.1/24} <eth0> [a|b] \\ user@host #1 100% 'q' (y) z=Y; ^x^ \`w\` *&!?+-_,.\n\t`;

/** Every character that the page can type on that layout, and then prose, up to so many characters. */
export function longText(id: string, length: number): string {
  const layout = layouts.find((each) => each.id === id);
  if (!layout) throw new Error(`no layout ${id}`);
  const all = [...strokesOf(layout).keys()].join('');
  return (all + prose.repeat(Math.ceil(length / prose.length))).slice(0, length);
}

/** Types a text in the page, and expects that the guest, with its own keymap, got exactly that. */
export async function arrives(
  { vm, page }: KeyboardStage,
  typed: { keymap: string; layout: string; text: string },
): Promise<void> {
  await vm.load(typed.keymap);
  await typeOnServer(page, typed.text, typed.layout);
  // A terminal in raw mode has Enter as a carriage return.
  await expect.poll(() => vm.received()).toBe(typed.text.replaceAll('\n', '\r'));
}
