import type { Layout } from './layout.ts';
import { type Key, keysymOf, namedKeys, typingKeys } from './physical.ts';

/** One press of one key, with what is held meanwhile. */
export interface Stroke extends Key {
  shift: boolean;
  altGr: boolean;
}

/** What a text takes on a keyboard of that layout; `missing` are the characters that it does not have, each once. */
export interface Plan {
  /** One list of strokes per character. */
  characters: readonly (readonly Stroke[])[];
  missing: readonly string[];
}

const levels = [
  { shift: false, altGr: false },
  { shift: true, altGr: false },
  { shift: false, altGr: true },
  { shift: true, altGr: true },
] as const;

const isAccent = /^\p{Mn}$/u;
/** A dead key and a space give the accent alone, but only for these does every system agree which character that is. */
const alone = new Map([
  ['`', '\u0300'],
  ['^', '\u0302'],
  ['~', '\u0303'],
]);

/** Nothing of a text may be typed while something of it is missing. */
export function planText(text: string, layout: Layout): Plan {
  const known = strokesOf(layout);
  const characters: (readonly Stroke[])[] = [];
  const missing = new Set<string>();
  for (const character of plainText(text)) {
    const strokes = known.get(character);
    if (strokes) characters.push(strokes);
    else missing.add(character);
  }
  return { characters, missing: [...missing] };
}

/** Line ends of every system are one Enter, and an accent belongs to its letter. */
export function plainText(text: string): string {
  return text.replace(/\r\n?/g, '\n').normalize('NFC');
}

/** Every character that the layout has, with its shortest way: fewer strokes first, then fewer modifiers. */
export function strokesOf(layout: Layout): Map<string, readonly Stroke[]> {
  const direct = oneStroke(layout);
  const known = new Map<string, readonly Stroke[]>(basic);
  for (const [character, stroke] of direct) if (!isAccent.test(character)) known.set(character, [stroke]);
  for (const [accent, dead] of direct) if (isAccent.test(accent)) addAccented(known, accent, dead);
  return known;
}

function oneStroke(layout: Layout): Map<string, Stroke> {
  const found = new Map<string, Stroke>();
  for (const [level, held] of levels.entries()) {
    for (const [index, character] of [...(layout.rows[level] ?? '')].entries()) {
      if (character === ' ' || found.has(character)) continue;
      found.set(character, { code: typingKeys[index] ?? '', keysym: keysymOf(character), ...held });
    }
  }
  return found;
}

function addAccented(known: Map<string, readonly Stroke[]>, accent: string, dead: Stroke): void {
  // Its number as a dead key would not help: the guest knows the key.
  const first = { ...dead, keysym: 0 };
  for (const [character, of] of alone) if (of === accent) addOnce(known, character, [first, space]);
  // Behind AltGr only X11 composes letters.
  if (dead.altGr) return;
  for (const letter of 'AEIOUYNCaeiouync') {
    const composed = `${letter}${accent}`.normalize('NFC');
    const base = known.get(letter);
    if (composed.length === 1 && composed <= 'ÿ' && base) addOnce(known, composed, [first, ...base]);
  }
}

function addOnce(known: Map<string, readonly Stroke[]>, character: string, strokes: readonly Stroke[]): void {
  if (!known.has(character)) known.set(character, strokes);
}

const space: Stroke = { ...namedKeys.Space, shift: false, altGr: false };
const basic: [string, readonly Stroke[]][] = [
  [' ', [space]],
  ['\n', [{ ...namedKeys.Enter, shift: false, altGr: false }]],
  ['\t', [{ ...namedKeys.Tab, shift: false, altGr: false }]],
];
