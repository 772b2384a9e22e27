import { characterOf } from './keysyms.ts';
import { type Levels, type ReadSymbols, readVariant } from './symbols.ts';

/** Names of the typing keys in xkb, in the order of `typingKeys` in web-console/public/keys/physical.ts. */
export const keyNames: readonly string[] = [
  ...['TLDE', 'AE01', 'AE02', 'AE03', 'AE04', 'AE05', 'AE06', 'AE07', 'AE08', 'AE09', 'AE10', 'AE11', 'AE12'],
  ...['AD01', 'AD02', 'AD03', 'AD04', 'AD05', 'AD06', 'AD07', 'AD08', 'AD09', 'AD10', 'AD11', 'AD12'],
  ...['AC01', 'AC02', 'AC03', 'AC04', 'AC05', 'AC06', 'AC07', 'AC08', 'AC09', 'AC10', 'AC11', 'BKSL'],
  ...['LSGT', 'AB01', 'AB02', 'AB03', 'AB04', 'AB05', 'AB06', 'AB07', 'AB08', 'AB09', 'AB10', 'AB11'],
];

export interface Wanted {
  id: string;
  /** For people, in a list. */
  title: string;
  /** Of xkb. */
  variant: string;
  /** Where systems other than X11 and the Linux console differ: key name → keysym names that take the place. */
  instead?: Record<string, Levels>;
  /** Letters of the language are on AltGr. */
  altGrLetters?: boolean;
}

/** Each level as one string with a place per key; a space is a key that has no character there. */
export type Rows = readonly [plain: string, shift: string, altGr: string, altGrShift: string];

/** The key beside the left Shift belongs to every keyboard of 105 keys, `pc(pc105)`, and layouts may say nothing of it. */
const always: readonly [string, Levels][] = [['LSGT', ['less', 'greater', 'bar']]];
const asciiAccents = '\u0300\u0302\u0303';
const printableAscii = /^[!-~]$/;

/** @throws Error when xkb has no such variant */
export function tableOf(read: ReadSymbols, wanted: Wanted): Rows {
  const keys = new Map([...always, ...readVariant(read, wanted.variant)]);
  for (const [key, levels] of Object.entries(wanted.instead ?? {})) keys.set(key, levels);
  const row = (level: number) =>
    keyNames.map((key) => kept(characterOf(keys.get(key)?.[level] ?? ''), level, wanted) ?? ' ').join('');
  return [row(0), row(1), row(2), row(3)];
}

/**
 * Plain and Shift are as they are. Behind AltGr systems agree on little: ASCII, the euro, the letters of a language, and
 * dead keys that ASCII needs. What else X11 has there is left out, so that it is refused rather than lost.
 */
function kept(character: string | undefined, level: number, { altGrLetters }: Wanted): string | undefined {
  if (character === undefined || character === ' ') return undefined;
  if (level < 2) return character;
  if (printableAscii.test(character) || character === '€') return character;
  if (level === 2 && asciiAccents.includes(character)) return character;
  return altGrLetters === true && /^\p{L}$/u.test(character) ? character : undefined;
}
