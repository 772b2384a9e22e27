import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMoment } from '../../../bot/commands/moment.ts';
import { dateText, momentText, untilText } from '../../../bot/views/until.ts';
import { XepaError } from '../../../core/errors.ts';

const at = (text: string) => Date.parse(text);
/** A Tuesday, half past three in the afternoon and some seconds. */
const now = at('2026-11-03T15:30:20Z');
const YEAR_MS = 366 * 86_400_000;

function complaint(typed: string): string {
  try {
    parseMoment(typed, now);
  } catch (err) {
    if (err instanceof XepaError && err.code === 'bad-input') return err.userMessage;
    throw err;
  }
  throw new Error(`${typed} was accepted`);
}

describe('a moment', () => {
  test.each([
    ['30m', '2026-11-03T16:00:20Z'],
    ['2h', '2026-11-03T17:30:20Z'],
    ['1h30m', '2026-11-03T17:00:20Z'],
    ['90m', '2026-11-03T17:00:20Z'],
    ['3d', '2026-11-06T15:30:20Z'],
    ['2W', '2026-11-17T15:30:20Z'],
    ['18:00', '2026-11-03T18:00:00Z'],
    ['18:00z', '2026-11-03T18:00:00Z'],
    ['9:05', '2026-11-04T09:05:00Z'],
    ['00:00', '2026-11-04T00:00:00Z'],
    ['15:30', '2026-11-04T15:30:00Z'],
    ['15:31', '2026-11-03T15:31:00Z'],
    ['2026-12-01', '2026-12-01T00:00:00Z'],
    ['2026-12-01T10:00', '2026-12-01T10:00:00Z'],
    ['2026-12-01t10:00:30z', '2026-12-01T10:00:30Z'],
    ['2026-12-01T10:00+01:00', '2026-12-01T09:00:00Z'],
    ['2026-12-01T10:00-05:30', '2026-12-01T15:30:00Z'],
    ['  2h ', '2026-11-03T17:30:20Z'],
  ])('%s is %s', (typed, meant) => {
    expect(new Date(parseMoment(typed, now)).toISOString()).toBe(new Date(at(meant)).toISOString());
  });

  test.each([
    ['', 'is no time'],
    ['tomorrow', 'is no time'],
    ['2', 'is no time'],
    ['2h2h', 'is no time'],
    ['h', 'is no time'],
    ['-2h', 'is no time'],
    ['1.5h', 'is no time'],
    ['24:00', 'is no time'],
    ['18:60', 'is no time'],
    ['2026-02-30', 'is no time'],
    ['2026-13-01', 'is no time'],
    ['2026-12-01T25:00', 'is no time'],
    ['2026-12-01 10:00', 'is no time'],
    ['01.12.2026', 'is no time'],
    ['٣h', 'is no time'],
    ['0m', 'is not in the future'],
    ['2026-11-03', 'is not in the future'],
    ['1999-01-01T10:00Z', 'is not in the future'],
    ['999999w', 'more than a year ahead'],
    ['2028-01-01', 'more than a year ahead'],
  ])('%s is answered with what is accepted', (typed, words) => {
    expect(complaint(typed)).toContain(words);
    expect(complaint(typed)).toContain('`18:00`');
  });

  test('is a time ahead or a sentence, whatever is typed and whenever', () => {
    const likely = fc.stringMatching(/^[0-9TtZz:+\-hmdw .]{0,24}$/);
    const typed = fc.oneof(
      likely,
      fc.string({ unit: 'grapheme' }),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.constantFrom('<!channel>', '`'),
    );
    const when = fc.integer({ min: 0, max: at('2100-01-01T00:00Z') });
    fc.assert(
      fc.property(typed, when, (text, moment) => {
        try {
          const parsed = parseMoment(text, moment);
          return Number.isInteger(parsed) && parsed > moment && parsed - moment <= YEAR_MS;
        } catch (err) {
          return err instanceof XepaError && err.code === 'bad-input' && !/<!|<@/.test(err.userMessage);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('of the day is within a day, and what was typed', () => {
    const clock = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
    const two = (count: number) => String(count).padStart(2, '0');
    fc.assert(
      fc.property(clock, fc.integer({ min: 0, max: at('2100-01-01T00:00Z') }), ([hours, minutes], moment) => {
        const parsed = parseMoment(`${two(hours)}:${two(minutes)}`, moment);
        const said = new Date(parsed).toISOString().slice(11, 19);
        return said === `${two(hours)}:${two(minutes)}:00` && parsed - moment <= 86_400_000;
      }),
    );
  });

  test('as an ISO date survives the way through text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: YEAR_MS / 1000 - 1 }), (seconds) => {
        const moment = Math.floor(now / 1000) * 1000 + seconds * 1000;
        return parseMoment(new Date(moment).toISOString().replace('.000', ''), now) === moment;
      }),
    );
  });
});

test('a moment is told in UTC, with its date unless it is today', () => {
  expect(momentText(at('2026-11-03T18:00:00Z'), now)).toBe('18:00 UTC (in 2 h 29 min)');
  expect(momentText(at('2026-11-04T09:05:00Z'), now)).toBe('2026-11-04 09:05 UTC (in 17 h 34 min)');
  expect(untilText(null, now)).toBe('until somebody lifts it');
  expect(untilText(at('2026-11-03T15:40:20Z'), now)).toBe('until 15:40 UTC (in 10 min)');
  expect(dateText(now)).toBe('2026-11-03 15:30 UTC');
});
