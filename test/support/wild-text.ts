import fc from 'fast-check';

/** What people paste to make a message lie, ping, or fall apart. */
const nasty = [
  '<!channel>',
  '<!here|here>',
  '<!everyone>',
  '<!subteam^S01DBA|@dba>',
  '<!date^1^{time}|x>',
  '<@U09EVIL>',
  '<#C09EVIL|general>',
  '<https://evil.example|ok>',
  '<mailto:a@evil.example|ok>',
  '&lt;!channel&gt;',
  '&amp;',
  '@channel',
  '`',
  '``',
  '```',
  '`x`',
  '*bold*',
  '_it_',
  '~no~',
  '> quote',
  '\u202e',
  '\u202d',
  '\u2066',
  '\u2067',
  '\u2069',
  '\u200e',
  '\u200f',
  '\u061c',
  '\u200b',
  '\u200c',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\ufe0f',
  '\u{e0041}',
  '\u0000',
  '\u001b[31m',
  '\r\n',
  '\u2028',
  '\ud83d',
  '\ude00',
  '😀',
  '👩‍👩‍👧‍👦',
  '👍🏽',
  '🇩🇪',
  '1️⃣',
  '❤️‍🔥',
  'é'.normalize('NFD'),
  `Z${'\u0335\u0301\u034c'.repeat(20)}`,
  'العربية',
  'עברית 12',
  '漢字',
];

/** A text of ten thousand characters. */
export const endlessText: fc.Arbitrary<string> = fc
  .constantFrom('x', ...nasty)
  .map((part) => part.repeat(Math.ceil(10_000 / part.length)));

/** Any text: all of Unicode, halves of characters, what is nasty, and now and then far too much of it. */
export const wildText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: partsOf(fc.constantFrom(...nasty), 12) },
  { weight: 3, arbitrary: partsOf(fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary' })), 12) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 300 }) },
  {
    weight: 1,
    arbitrary: partsOf(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      300,
    ),
  },
  { weight: 1, arbitrary: endlessText },
);

function partsOf(part: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> {
  return fc.array(part, { maxLength }).map((parts) => parts.join(''));
}
