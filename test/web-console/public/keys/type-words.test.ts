import { describe, expect, it } from 'vitest';
import { countEvents } from '../../../../web-console/public/keys/key-events.ts';
import { layouts } from '../../../../web-console/public/keys/layouts.ts';
import { typingMs } from '../../../../web-console/public/keys/pace.ts';
import { planText } from '../../../../web-console/public/keys/strokes.ts';
import {
  missingWords,
  outcomeWords,
  progressWords,
  sizeWords,
} from '../../../../web-console/public/keys/type-words.ts';

describe('words beside a text', () => {
  it('say what cannot be typed, and the number of what nobody can see', () => {
    expect(missingWords(['é', '\u00a0', '\u200b'], 'English (US)')).toBe(
      'Cannot be typed on a keyboard “English (US)”: é U+00A0 U+200B',
    );
    expect(missingWords([...'αβγδεζηθικ'], 'German')).toMatch(/ θ and 2 more$/);
  });

  it('say how long it takes before it begins', () => {
    const [us] = layouts;
    if (!us) throw new Error('no layout');
    const { characters } = planText('a'.repeat(10_000), us);
    const ms = typingMs(countEvents(characters), 'normal');
    expect(sizeWords(characters.length, ms)).toBe('10,000 characters, about 7 min 20 s');
    expect(sizeWords(0, 0)).toBe('');
    expect(sizeWords(1, 3)).toBe('1 character, about 1 s');
  });

  it('say how far it is, and how it ended', () => {
    expect(progressWords(312, 1_000, 18_200)).toBe('312 of 1,000 characters, 19 s left');
    expect(outcomeWords('done', 1_000, false)).toBe('Typed 1,000 characters.');
    expect(outcomeWords('stopped', 312, true)).toBe('Stopped after 312 characters. What is left is still here.');
    expect(outcomeWords('lost', 16, false)).toContain('Look at what arrived');
  });
});
