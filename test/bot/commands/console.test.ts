import { describe, expect, test } from 'vitest';
import { parseCommand } from '../../../bot/commands/parse.ts';
import { commands } from '../../../bot/commands/table.ts';
import { parseTtl } from '../../../bot/commands/ttl.ts';
import { parsePerson } from '../../../bot/commands/typed.ts';

const parse = (text: string) =>
  parseCommand(
    text,
    commands.map((command) => command.spec),
  );
const advice = (words: string) => expect.objectContaining({ userMessage: expect.stringContaining(words) });

describe('/xepa console', () => {
  test.each([
    ['console web-07 --view-only --for <@U02BOB|bob> --ttl 3m', { for: '<@U02BOB>', ttl: '3m' }, ['view-only']],
    ['console web-07 —for <@U02BOB>', { for: '<@U02BOB>' }, []],
    [`console web-07 --for <@U02BOB|Bob "The" O'Brien> --view-only`, { for: '<@U02BOB>' }, ['view-only']],
    ['console web-07', {}, []],
  ])('%s is understood', (text, options, flags) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({ verb: 'console', target: 'web-07', options });
    expect([...parsed.flags]).toEqual(flags);
  });

  test('revoke is a command of its own', () => {
    expect(parse('console revoke web-07')).toMatchObject({ verb: 'console revoke', target: 'web-07' });
    expect(() => parse('console revoke')).toThrow(advice('Which install|device?'));
  });
});

describe('the time of a link', () => {
  test.each([
    ['60', 60],
    ['90s', 90],
    ['1m', 60],
    ['3M', 180],
    ['5m', 300],
    ['300', 300],
  ])('%s is %i seconds', (typed, seconds) => {
    expect(parseTtl(typed)).toBe(seconds);
  });

  test.each(['59', '301', '6m', '0', '-60', '1h', '2.5m', 'm', '', '1e2', '99999999', '`<!channel>'])(
    '%s is refused with what is accepted',
    (typed) => {
      expect(() => parseTtl(typed)).toThrow(advice('60 s to 300 s'));
      expect(() => parseTtl(typed)).not.toThrow(advice('<!channel>'));
    },
  );
});

describe('the person of a link', () => {
  test.each(['<@U02BOB>', '<@U02BOB|bob>', '<@U02BOB|<@U09EVIL>'])('%s is known by the id alone', (typed) => {
    expect(parsePerson(typed)).toBe('U02BOB');
  });

  test.each(['@bob', 'bob', '<@>', '<#C01GEN>', '<!channel>', '<@U02BOB> <@U03CAROL>'])(
    '%s is nobody, and the answer says how to name somebody',
    (typed) => {
      expect(() => parsePerson(typed)).toThrow(advice('pick the person from the list'));
      expect(() => parsePerson(typed)).not.toThrow(advice('<!'));
    },
  );
});
