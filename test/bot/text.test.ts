import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lintMessage } from '../../bot/block-kit/lint.ts';
import { code, cut, label, mention, plain, quoteText } from '../../bot/text.ts';
import { header, section } from '../../bot/views/message.ts';
import { wildText } from '../support/wild-text.ts';

const max = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 2_900 }));
const lint = (...blocks: Parameters<typeof lintMessage>[0]['blocks']) => lintMessage({ text: 'Something.', blocks });
const graphemes = (text: string) => [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment);

/** All that is left of Slack's markup in a text: signs that open something, and an & that is no entity. */
const markup = /<|>|&(?!(?:amp|lt|gt);)/;
const hidden = /[\p{Cc}\u00ad\u061c\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]/u;

describe.each([
  ['code', code, 2],
  ['plain', plain, 0],
  ['quoteText', quoteText, 0],
] as const)('%s, whatever goes in,', (_name, make, quotes) => {
  test('comes out short enough, passes the lint, and holds no markup, mention or hidden character', () => {
    fc.assert(
      fc.property(wildText, max, (text, limit) => {
        const made = make(text, limit);
        expect(made.length).toBeLessThanOrEqual(limit + quotes);
        expect(lint(section(`*Reason*  ${made}  ·  by ${mention('U01ALICE')}`))).toEqual({ ok: true });
        expect(made).not.toMatch(markup);
        expect(made).not.toMatch(hidden);
        expect(made.isWellFormed()).toBe(true);
        expect(made).not.toMatch(/[\n\r]/);
      }),
    );
  });

  test('takes over no formatting but its own', () => {
    fc.assert(
      fc.property(wildText, max, (text, limit) => {
        const made = make(text, limit);
        expect(made.split('`').length % 2).toBe(1);
        expect(made).not.toContain('``');
      }),
    );
  });
});

test('plain leaves no mark that formats a sentence', () => {
  fc.assert(
    fc.property(wildText, (text) => {
      expect(plain(text, 500)).not.toMatch(/`|(?<!\u200b)[*_~]/);
    }),
  );
});

test('code is one span of code', () => {
  fc.assert(
    fc.property(wildText, (text) => {
      expect(code(text, 500)).toMatch(/^—$|^`[^`]+`$/);
    }),
  );
});

test('label, whatever goes in, makes a header that passes and looks like no mention', () => {
  fc.assert(
    fc.property(wildText, (text) => {
      expect(lint(header(`🟡 ${text}`))).toEqual({ ok: true });
      expect(label(text, 75)).not.toMatch(/[<>]/);
      expect(label(text, 75).length).toBeLessThanOrEqual(75);
    }),
  );
});

test('cut never cuts inside of what people see as one character', () => {
  fc.assert(
    fc.property(wildText, max, (text, limit) => {
      const made = cut(text, limit);
      expect(made.length).toBeLessThanOrEqual(limit);
      if (made === text) return;
      expect(made.endsWith('…')).toBe(true);
      const kept = made.slice(0, -1);
      expect(text.startsWith(kept)).toBe(true);
      expect(graphemes(text).slice(0, graphemes(kept).length).join('')).toBe(kept);
    }),
  );
});

test.each([
  ['a family at the edge', () => cut(`abc${'👩‍👩‍👧‍👦'}def`, 8), 'abc…'],
  ['a flag at the edge', () => cut('abcd🇩🇪🇫🇷', 7), 'abcd…'],
  ['an entity at the edge', () => plain('a&b<c', 9), 'a&amp;b…'],
  ['a direction that is turned', () => plain('web-07\u202ednetxe'), 'web-07dnetxe'],
  ['a name that only looks like another', () => code('web\u200b-0\u20607\ufe0f'), '`web-07`'],
  ['an emoji of several', () => code('👩‍👩‍👧‍👦 ❤️ 1️⃣ 👍🏽'), '`👩‍👩‍👧‍👦 ❤️ 1️⃣ 👍🏽`'],
  ['a pile of marks', () => plain(`Z${'\u0301'.repeat(50)}!`), `Z${'\u0301'.repeat(4)}!`],
  ['nothing that can be seen', () => code('\u200b\u200d \u2066'), '—'],
  ['half a character', () => plain('a\ud83d'), 'a\ufffd'],
  ['several lines', () => quoteText('one\r\n\ttwo\u2028three', 100), 'one two three'],
  ['code in an error', () => quoteText('set `iommu=on` first', 100), 'set `iommu=on` first'],
  ['code that does not end', () => quoteText('set `iommu=on', 100), "set 'iommu=on"],
  ['code that is cut', () => quoteText('set `iommu=on` first', 12), "set 'iommu=…"],
  ['a fence', () => quoteText('```rm -rf```', 100), "'rm -rf'"],
  ['a link', () => quoteText('<https://evil.example|ok>', 100), '&lt;https://evil.example|ok&gt;'],
  ['a mention in a header', () => label('<@U09EVIL> & <!channel>', 100), '‹@U09EVIL› & ‹!channel›'],
])('%s is shown as it should be', (_what, make, expected) => {
  expect(make()).toBe(expected);
});

test.each([
  ['U01ALICE', '<@U01ALICE>'],
  ['W01ALICE', '<@W01ALICE>'],
  ['!channel', '`!channel`'],
  ['U1|x', '`U1|x`'],
  ['U01ALICE>\u202e<!here', '`U01ALICE&gt;&lt;!here`'],
])('mention(%j) is %s', (id, expected) => {
  expect(mention(id)).toBe(expected);
});
