import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseIsoName,
  parseNewTags,
  parsePerson,
  parseReason,
  parseTag,
  parseTags,
} from '../../../bot/commands/typed.ts';
import { pageOf, parsePage } from '../../../bot/page.ts';
import { XepaError } from '../../../core/errors.ts';

function complaint(work: () => unknown): string {
  try {
    work();
  } catch (err) {
    if (err instanceof XepaError && err.code === 'bad-input') return err.userMessage;
    throw err;
  }
  throw new Error('it was accepted');
}

describe('what is typed', () => {
  test('as tags comes in lower case, each once', () => {
    expect(parseTags('Prod, web,,prod')).toEqual(['prod', 'web']);
    expect(parseTags(undefined)).toEqual([]);
    expect(parseNewTags('rack/3,role=db')).toEqual(['rack/3', 'role=db']);
    expect(parseTag(' Web Server ')).toBe('web server');
  });

  test.each(['two words', '<!channel>', '-x', 'é', 'x'.repeat(41)])('as a new tag %s is refused', (tag) => {
    expect(complaint(() => parseNewTags(tag))).toContain('is no tag for XEPA');
  });

  test('as a tag must be there', () => {
    expect(complaint(() => parseTag('  '))).toContain('1 to 100 characters');
    expect(complaint(() => parseTag('x'.repeat(101)))).toContain('1 to 100 characters');
  });

  test.each([
    ['<@U01ALICE|alice>', 'U01ALICE'],
    ['<@W01ALICE>', 'W01ALICE'],
    ['U01ALICE', 'U01ALICE'],
  ])('as a person %s is %s', (typed, id) => {
    expect(parsePerson(typed)).toBe(id);
  });

  test.each(['alice', '@alice', '<!channel>', '<#C01OPS>', '<@U01ALICE', 'U1', ''])(
    'as a person %s is nobody',
    (typed) => {
      expect(complaint(() => parsePerson(typed))).toContain('is nobody that Slack knows');
    },
  );

  test('as the name of an ISO is simple, and an address is never repeated', () => {
    expect(parseIsoName('Talos-1.9')).toBe('talos-1.9');
    expect(complaint(() => parseIsoName('a b'))).toContain('`a b` is no name');
    const told = complaint(() => parseIsoName('https://me:hunter2@m.example/a.iso'));
    expect(told).toContain('is no name');
    expect(told).not.toContain('hunter2');
  });

  test('as a reason says something, and ends somewhere', () => {
    expect(parseReason('  new disk ')).toBe('new disk');
    expect(parseReason('x'.repeat(10_000)).length).toBeLessThanOrEqual(500);
    expect(complaint(() => parseReason('   '))).toContain('is empty');
  });

  test.each(['0', '-1', 'x', '1.5', ''])('as a page %s is refused', (typed) => {
    expect(complaint(() => parsePage(typed))).toContain('no number of a page');
  });
});

test('pages hold every item once, in order, and there is always one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer()),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 99 }),
      (all, size, page) => {
        const one = pageOf(all, page, size);
        const whole = Array.from({ length: one.pages }, (_, index) => pageOf(all, index + 1, size).items).flat();
        expect(whole).toEqual(all);
        expect(one.page).toBe(Math.min(page, one.pages));
        expect(one.items).toEqual(all.slice(one.first - 1, one.first - 1 + size));
      },
    ),
  );
  expect(parsePage(undefined)).toBe(1);
  expect(parsePage('12')).toBe(12);
});
