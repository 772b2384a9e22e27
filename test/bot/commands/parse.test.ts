import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCommand } from '../../../bot/commands/parse.ts';
import type { CommandSpec } from '../../../bot/commands/spec.ts';
import { commands } from '../../../bot/commands/table.ts';
import { splitWords } from '../../../bot/commands/words.ts';
import { XepaError } from '../../../core/errors.ts';

const specs = commands.map((command) => command.spec);
const parse = (text: string) => parseCommand(text, specs);

function complaint(text: string): string {
  try {
    parse(text);
  } catch (err) {
    if (err instanceof XepaError) return err.userMessage;
    throw err;
  }
  throw new Error(`nothing was wrong with: ${text}`);
}

describe('what was typed', () => {
  test.each([
    ['install web-07 --iso debian-13', { iso: 'debian-13' }],
    ['INSTALL web-07 --iso=debian-13', { iso: 'debian-13' }],
    ['install --iso debian-13 web-07', { iso: 'debian-13' }],
    ['install web-07 —iso debian-13', { iso: 'debian-13' }],
    ['install web-07 –-iso debian-13', { iso: 'debian-13' }],
    [
      'install web-07 --iso <https://x.example/a.iso?a=1&amp;b=2|x.example/a.iso>',
      { iso: 'https://x.example/a.iso?a=1&b=2' },
    ],
    ['install web-07 --iso <https://x.example/a.iso>', { iso: 'https://x.example/a.iso' }],
    ['install web-07 --iso a --reason “new — disk”', { iso: 'a', reason: 'new — disk' }],
    ['install web-07 --iso a --reason "a &lt;!channel&gt; b"', { iso: 'a', reason: 'a <!channel> b' }],
    ['install web-07 iso=debian-13', { iso: 'debian-13' }],
    ["install web-07 --iso a --reason 'it is'", { iso: 'a', reason: 'it is' }],
  ])('%s is understood', (text, options) => {
    expect(parse(text)).toEqual({ verb: 'install', target: 'web-07', options, flags: new Set(), help: false });
  });

  test('several words are one target where a command takes them', () => {
    expect(parse('devices web tag:prod --page 2 berlin')).toMatchObject({
      target: 'web tag:prod berlin',
      options: { page: '2' },
    });
    expect(parse('devices')).toMatchObject({ target: undefined });
  });

  test('nothing at all asks for help', () => {
    expect(parse('  ').verb).toBe('help');
    expect(parse('-h').verb).toBe('help');
  });

  test('-h after a verb asks for its help, whatever else is missing', () => {
    expect(parse('install -h')).toMatchObject({ verb: 'install', help: true });
  });

  test.each([
    ['instal web-07', 'Did you mean `/xepa install`'],
    ['frobnicate', 'There is no command `frobnicate`. There are'],
    ['plan web-07', '`--iso` is missing'],
    ['plan --iso a', 'Which device?'],
    ['install web-07 --ios a', 'Did you mean `--iso`'],
    ['install web-07 --iso', '`--iso` needs a value'],
    ['install web-07 --iso --disk x', '`--iso` needs a value'],
    ['install web-07 --iso a --iso b', 'given twice'],
    ['install web-07 --iso a --reason new disk', '`disk` is one word too many'],
    ["install web-07 --iso a --reason don't", 'A quote is left open'],
    ['whoami everything', 'one word too many'],
    ['install web-07 --__proto__ x', 'no option `--__proto__`'],
    ['install web-07 -x', 'no option `-x`'],
  ])('%s is answered with what to type', (text, words) => {
    expect(complaint(text)).toContain(words);
  });

  test('what is quoted back cannot ping anybody', () => {
    expect(complaint('&lt;!channel&gt;')).not.toContain('<!channel>');
    expect(complaint('install web-07 --iso a <!channel>')).not.toContain('<!channel>');
  });
});

describe('verbs of two words, aliases and options without a value', () => {
  const spec = { summary: '', target: { name: 'device', required: true }, examples: [] } as const;
  const family: CommandSpec[] = [
    { ...spec, verb: 'device lock', action: 'lock-device', options: { now: { value: null, about: 'at once' } } },
    { ...spec, verb: 'device show', aliases: ['show'], action: 'look', options: {} },
  ];
  const read = (text: string) => parseCommand(text, family);

  test('are understood', () => {
    expect(read('device lock web-07 --now')).toMatchObject({ verb: 'device lock', target: 'web-07' });
    expect([...read('Device LOCK web-07 --now').flags]).toEqual(['now']);
    expect(read('show web-07').verb).toBe('device show');
    expect(read('device show -h')).toMatchObject({ verb: 'device show', help: true });
  });

  test.each([
    ['device', 'needs one more word'],
    ['device lok web-07', 'Did you mean `/xepa device lock`'],
    ['device lock web-07 --now=yes', '`--now` takes no value'],
    ['device lock web-07 --now --now', 'given twice'],
  ])('%s is answered with what to type', (text, words) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ userMessage: expect.stringContaining(words) }));
  });
});

test('whatever is typed, either a command comes out or a sentence for the person', () => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(
      'install',
      'status',
      '--iso',
      '--',
      '-',
      '—',
      '"',
      "'",
      '<https://x|y>',
      '&amp;',
      '--iso=',
      '-h',
      '--reason',
      '__proto__',
    ),
  );
  fc.assert(
    fc.property(fc.array(word), (words) => {
      try {
        const parsed = parse(words.join(' '));
        return specs.some((spec) => spec.verb === parsed.verb);
      } catch (err) {
        return err instanceof XepaError && err.code === 'bad-input' && !/<!|<@|<#/.test(err.userMessage);
      }
    }),
    { numRuns: 1000 },
  );
});

test('words in double quotes keep their spaces', () => {
  expect(splitWords('a "b c" d')).toEqual(['a', 'b c', 'd']);
});
