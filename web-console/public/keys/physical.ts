/** A key as noVNC wants it: QEMU is sent the physical key, and X11's name of it goes along. */
export interface Key {
  /** What browsers call the key: a place on the keyboard, whatever is printed on it. */
  code: string;
  keysym: number;
}

/** The keys that make characters, row by row; layouts have a place for each in this order. */
export const typingKeys: readonly string[] = [
  ...['Backquote', ...codes('Digit', '1234567890'), 'Minus', 'Equal'],
  ...[...codes('Key', 'QWERTYUIOP'), 'BracketLeft', 'BracketRight'],
  ...[...codes('Key', 'ASDFGHJKL'), 'Semicolon', 'Quote', 'Backslash'],
  ...['IntlBackslash', ...codes('Key', 'ZXCVBNM'), 'Comma', 'Period', 'Slash', 'IntlRo'],
];

export const modifierKeys = {
  ctrl: { code: 'ControlLeft', keysym: 0xffe3 },
  alt: { code: 'AltLeft', keysym: 0xffe9 },
  shift: { code: 'ShiftLeft', keysym: 0xffe1 },
  win: { code: 'MetaLeft', keysym: 0xffeb },
  altGr: { code: 'AltRight', keysym: 0xfe03 },
} satisfies Record<string, Key>;

export type Modifier = keyof typeof modifierKeys;

/** Keys without a character, by the name that is printed on them. */
export const namedKeys = {
  Esc: { code: 'Escape', keysym: 0xff1b },
  Tab: { code: 'Tab', keysym: 0xff09 },
  Enter: { code: 'Enter', keysym: 0xff0d },
  Backspace: { code: 'Backspace', keysym: 0xff08 },
  Space: { code: 'Space', keysym: 0x20 },
  Ins: { code: 'Insert', keysym: 0xff63 },
  Del: { code: 'Delete', keysym: 0xffff },
  Home: { code: 'Home', keysym: 0xff50 },
  End: { code: 'End', keysym: 0xff57 },
  PgUp: { code: 'PageUp', keysym: 0xff55 },
  PgDn: { code: 'PageDown', keysym: 0xff56 },
  '←': { code: 'ArrowLeft', keysym: 0xff51 },
  '↑': { code: 'ArrowUp', keysym: 0xff52 },
  '↓': { code: 'ArrowDown', keysym: 0xff54 },
  '→': { code: 'ArrowRight', keysym: 0xff53 },
  PrtSc: { code: 'PrintScreen', keysym: 0xff61 },
  Pause: { code: 'Pause', keysym: 0xff13 },
  Menu: { code: 'ContextMenu', keysym: 0xff67 },
  Win: modifierKeys.win,
} satisfies Record<string, Key>;

/** @param number 1 to 12 */
export function functionKey(number: number): Key {
  return { code: `F${number}`, keysym: 0xffbd + number };
}

/** X11's number of a character. */
export function keysymOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  return point <= 0xff ? point : 0x1000000 + point;
}

function codes(prefix: string, ends: string): string[] {
  return [...ends].map((end) => `${prefix}${end}`);
}
