import { expect, test } from 'vitest';
import { checkWords } from '../../../bot/block-kit/words.ts';

const types = (text: string, markup: 'mrkdwn' | 'plain' = 'mrkdwn') =>
  checkWords(text, markup, '/text').map(({ constraint }) => constraint.type);

test.each([
  ['a person', 'Asked by <@U01ALICE>.'],
  ['a channel', 'See <#C01OPS>.'],
  ['a link', '<https://x.example/?a=1&amp;b=2|the page> or <mailto:a@x.example>'],
  ['a date', 'until <!date^1795788300^{date_short_pretty} {time}|2026-11-27 14:05 UTC>'],
  ['escaped signs', '&lt;!channel&gt; &amp; 1 &gt; 0'],
  ['a quote', '> as it was said'],
])('mrkdwn may hold %s', (_what, text) => {
  expect(types(text)).toEqual([]);
});

test.each([
  '<!channel>',
  '<!here>',
  '<!everyone|everyone>',
  '<!group>',
  '<!HERE>',
  '<!subteam^S01DBA>',
  '<!subteam^S1|@dba>',
])('nothing may hold %s', (text) => {
  expect(types(`Hey ${text}!`)).toContain('no_ping');
  expect(types(`Hey ${text}!`, 'plain')).toContain('no_ping');
});

test.each([
  ['a lone sign', 'if a < b'],
  ['a mention that does not end', 'by <@U01ALICE'],
  ['a mention of nobody', 'by <@bob>'],
  ['a link to no page', '<javascript:x|here>'],
  ['a mention within a mention', '<<@U01ALICE>'],
  ['a date without a text to fall back to', '<!date^1795788300^{time}>'],
  ['a date with a token that Slack does not know', '<!date^1795788300^{hour}|14:05>'],
  ['a date of no time', '<!date^soon^{time}|14:05>'],
])('mrkdwn may not hold %s', (_what, text) => {
  expect(types(text)).toEqual(['escaped']);
});

test('in plain text a mention would be shown as it is written', () => {
  expect(types('by <@U01ALICE>', 'plain')).toEqual(['escaped']);
  expect(types('until <!date^1795788300^{time}|14:05 UTC>', 'plain')).toEqual(['escaped']);
  expect(types('if a < b', 'plain')).toEqual([]);
});

test.each([
  '\u202a',
  '\u202b',
  '\u202c',
  '\u202d',
  '\u202e',
  '\u2066',
  '\u2067',
  '\u2068',
  '\u2069',
  '\u200e',
  '\u200f',
  '\u061c',
])('no text may hold the control character %j', (char) => {
  expect(types(`web${char}07`)).toEqual(['no_bidi_control']);
  expect(types(`web${char}07`, 'plain')).toEqual(['no_bidi_control']);
});
