import type { KeyEvent } from '../../web-console/public/keys/key-events.ts';
import type { Layout } from '../../web-console/public/keys/layout.ts';
import { typingKeys } from '../../web-console/public/keys/physical.ts';

/** What a guest with that layout makes of key events. Its table is the layout's, everything else is written anew. */
export function simulatedKeyboard(layout: Layout): { take(event: KeyEvent): void; text(): string; down(): string[] } {
  const down = new Set<string>();
  let dead = '';
  let text = '';

  function receive(character: string): void {
    if (/\p{Mn}/u.test(character)) dead = character;
    else if (dead === '') text += character;
    else {
      text += character === ' ' ? alone(dead) : composed(character, dead);
      dead = '';
    }
  }

  return {
    take({ code, down: pressed }) {
      if (!pressed) {
        down.delete(code);
        return;
      }
      if (down.has(code)) throw new Error(`${code} is down already`);
      down.add(code);
      const character = characterOf(layout, code, down);
      if (character !== null) receive(character);
    },
    text: () => text + dead,
    down: () => [...down],
  };
}

const fixed: Record<string, string> = { Space: ' ', Enter: '\n', Tab: '\t' };

function characterOf(layout: Layout, code: string, down: ReadonlySet<string>): string | null {
  if (code.startsWith('Shift') || code === 'AltRight') return null;
  if (fixed[code] !== undefined) return fixed[code];
  const level = (down.has('ShiftLeft') ? 1 : 0) + (down.has('AltRight') ? 2 : 0);
  const character = [...(layout.rows[level] ?? '')][typingKeys.indexOf(code)];
  if (character === undefined || character === ' ') throw new Error(`${code} gives nothing on level ${level}`);
  return character;
}

/** A guest gives an accent and a letter that do not go together as two characters. */
function composed(letter: string, accent: string): string {
  const together = `${letter}${accent}`.normalize('NFC');
  return together.length === 1 ? together : alone(accent) + letter;
}

function alone(accent: string): string {
  // What X11 and Linux say; Windows has ´ and ¨ for two of them, which is why those are never typed like this.
  const spacing: Record<string, string> = { '\u0300': '`', '\u0301': "'", '\u0302': '^', '\u0303': '~', '\u0308': '"' };
  return spacing[accent] ?? '?';
}
