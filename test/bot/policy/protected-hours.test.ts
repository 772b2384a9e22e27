import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantsOf, wallOf, wallText } from '../../../bot/policy/local-time.ts';
import { protectedUntil } from '../../../bot/policy/protected-hours.ts';
import { policyOf } from '../../support/situations.ts';

const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';

function hoursOf(tz: string, times: { block?: string[]; dates?: string[] }) {
  const json = JSON.stringify({ tz, ...times });
  const rule = `{ name: r, match: { actions: [install] }, protected_hours: ${json} }`;
  const hours = policyOf(`roles: {}\nrules: [${rule}]`).rules[0]?.protected_hours;
  if (!hours) throw new Error('no hours');
  return hours;
}

/** The end of the protection at an instant, as ISO text without seconds; null when there is none. */
function until(hours: ReturnType<typeof hoursOf>, at: string): string | null {
  const end = protectedUntil(hours, Date.parse(at));
  return end === null ? null : new Date(end).toISOString().slice(0, 16);
}

const weekend = hoursOf(berlin, { block: ['Fri 15:00-Mon 07:00'] });
const nights = hoursOf(berlin, { block: ['Mon 22:00-Tue 06:00'] });
const holidays = hoursOf(berlin, { dates: ['2026-12-24..2027-01-02', '2027-05-01'] });
const springSkipped = hoursOf(berlin, { block: ['Sun 01:00-Sun 02:30'] });
const springStart = hoursOf(berlin, { block: ['Sun 02:30-Sun 05:00'] });
const almostAlways = hoursOf(berlin, { block: ['Mon 09:00-Mon 08:00'] });

test.each([
  // An ordinary winter weekend: Berlin is at UTC+1.
  ['a minute before a weekly span', weekend, '2026-11-27T13:59:59Z', null],
  ['the first moment of a span belongs to it', weekend, '2026-11-27T14:00:00Z', '2026-11-30T06:00'],
  ['in the middle of it, over the end of the week', weekend, '2026-11-29T12:00:00Z', '2026-11-30T06:00'],
  ['its last second', weekend, '2026-11-30T05:59:59Z', '2026-11-30T06:00'],
  ['its end does not belong to it', weekend, '2026-11-30T06:00:00Z', null],
  ['the middle of the week', weekend, '2026-12-02T12:00:00Z', null],
  ['summer time moves it in UTC', weekend, '2026-07-03T13:00:00Z', '2026-07-06T05:00'],
  ['summer time: an hour before', weekend, '2026-07-03T12:59:59Z', null],
  // 29 March 2026: 02:00 becomes 03:00. 25 October 2026: 03:00 becomes 02:00.
  ['a weekend that begins in winter and ends in summer time', weekend, '2026-03-27T14:00:00Z', '2026-03-30T05:00'],
  ['a weekend that begins in summer and ends in winter time', weekend, '2026-10-23T13:00:00Z', '2026-10-26T06:00'],
  [
    'a span that ends in the hour that is left out ends at the jump',
    springSkipped,
    '2026-03-29T00:30:00Z',
    '2026-03-29T01:00',
  ],
  ['… and not later', springSkipped, '2026-03-29T01:00:00Z', null],
  [
    'a span that begins in the hour that is left out begins at the jump',
    springStart,
    '2026-03-29T01:00:00Z',
    '2026-03-29T03:00',
  ],
  ['… and not before', springStart, '2026-03-29T00:59:59Z', null],
  ['a span that ends in the repeated hour, before it', springSkipped, '2026-10-24T23:30:00Z', '2026-10-25T01:30'],
  ['… lasts over the first 02:45', springSkipped, '2026-10-25T00:45:00Z', '2026-10-25T01:30'],
  ['… to the second 02:30', springSkipped, '2026-10-25T01:29:59Z', '2026-10-25T01:30'],
  ['… and not longer', springSkipped, '2026-10-25T01:30:00Z', null],
  [
    'a span that begins in the repeated hour begins at the first 02:30',
    springStart,
    '2026-10-25T00:30:00Z',
    '2026-10-25T04:00',
  ],
  ['… and holds at the second 02:00', springStart, '2026-10-25T01:00:00Z', '2026-10-25T04:00'],
  ['… and not before the first', springStart, '2026-10-25T00:29:59Z', null],
  // New York: 8 March 2026 02:00 → 03:00 (07:00Z); 1 November 2026 02:00 → 01:00 (06:00Z).
  [
    'New York, spring: the end in the gap',
    hoursOf(newYork, { block: ['Sat 20:00-Sun 02:15'] }),
    '2026-03-08T02:00:00Z',
    '2026-03-08T07:00',
  ],
  [
    'New York, autumn: the second 01:15',
    hoursOf(newYork, { block: ['Sat 20:00-Sun 01:15'] }),
    '2026-11-01T05:30:00Z',
    '2026-11-01T06:15',
  ],
  ['New York, autumn: after it', hoursOf(newYork, { block: ['Sat 20:00-Sun 01:15'] }), '2026-11-01T06:15:00Z', null],
  ['a night, before midnight', nights, '2026-11-30T21:30:00Z', '2026-12-01T05:00'],
  ['a night, after midnight', nights, '2026-12-01T04:30:00Z', '2026-12-01T05:00'],
  ['another night', nights, '2026-12-01T21:30:00Z', null],
  ['nearly the whole week, on its first day', almostAlways, '2026-11-30T08:00:00Z', '2026-12-07T07:00'],
  ['nearly the whole week, on its last', almostAlways, '2026-11-30T06:59:59Z', '2026-11-30T07:00'],
  ['nearly the whole week, in the hour that is free', almostAlways, '2026-11-30T07:30:00Z', null],
  ['the evening before the dates', holidays, '2026-12-23T22:59:59Z', null],
  ['the first moment of the first date', holidays, '2026-12-23T23:00:00Z', '2027-01-02T23:00'],
  ['the last date is whole', holidays, '2027-01-02T22:59:59Z', '2027-01-02T23:00'],
  ['after the dates', holidays, '2027-01-02T23:00:00Z', null],
  ['a single date', holidays, '2027-05-01T10:00:00Z', '2027-05-01T22:00'],
  [
    'a date on which the clocks change is as long as it is',
    hoursOf(berlin, { dates: ['2026-10-25'] }),
    '2026-10-24T22:00:00Z',
    '2026-10-25T23:00',
  ],
  // Cairo, 24 April 2026: midnight itself is left out.
  [
    'a date whose midnight is left out',
    hoursOf('Africa/Cairo', { dates: ['2026-04-24'] }),
    '2026-04-23T22:00:00Z',
    '2026-04-24T21:00',
  ],
  ['… and not before', hoursOf('Africa/Cairo', { dates: ['2026-04-24'] }), '2026-04-23T21:59:59Z', null],
  // St John's, 7 November 2010: a minute past midnight the clocks went back to Saturday, 23:01.
  [
    'a day that had begun, and then its eve again',
    hoursOf('America/St_Johns', { block: ['Sun 00:00-Sun 05:00'] }),
    '2010-11-07T02:45:00Z',
    '2010-11-07T08:30',
  ],
  [
    'a zone of half an hour',
    hoursOf('Asia/Kolkata', { block: ['Mon 09:00-Mon 10:00'] }),
    '2026-11-30T03:30:00Z',
    '2026-11-30T04:30',
  ],
  [
    'spans that follow each other end together',
    hoursOf('UTC', { block: ['Mon 00:00-Tue 00:00', 'Tue 00:00-Wed 12:00'] }),
    '2026-11-30T10:00:00Z',
    '2026-12-02T12:00',
  ],
  [
    'dates that run into a weekend',
    hoursOf('UTC', { block: ['Fri 15:00-Mon 07:00'], dates: ['2027-01-01..2027-01-02'] }),
    '2027-01-01T10:00:00Z',
    '2027-01-04T07:00',
  ],
])('%s', (_name, hours, at, expected) => {
  expect(until(hours, at)).toBe(expected);
});

test('spans that fill the week have no end', () => {
  const always = hoursOf('UTC', { block: ['Mon 00:00-Thu 00:00', 'Thu 00:00-Mon 00:00'] });
  expect(protectedUntil(always, Date.parse('2026-11-30T10:00:00Z'))).toBe(Number.POSITIVE_INFINITY);
});

const zones = fc.constantFrom('UTC', berlin, newYork, 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns');
const seconds = fc.integer({ min: Date.parse('2024-01-01') / 1000, max: Date.parse('2034-01-01') / 1000 });

describe('wall time', () => {
  test('leads back to the instant it was made of, at its first or last showing', () => {
    fc.assert(
      fc.property(zones, seconds, (zone, second) => {
        const { first, last } = instantsOf(wallOf(second * 1000, zone), zone);
        expect([first, last]).toContain(second * 1000);
        expect(last - first).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });

  test('protection ends when it says: not a moment before, and then it is over', () => {
    const times = {
      block: ['Fri 15:00-Mon 07:00', 'Wed 01:30-Wed 02:30', 'Sun 02:15-Sun 02:45'],
      dates: ['2026-03-29'],
    };
    fc.assert(
      fc.property(zones, seconds, (zone, second) => {
        const hours = hoursOf(zone, times);
        const end = protectedUntil(hours, second * 1000);
        if (end === null) return;
        expect(end).toBeGreaterThan(second * 1000);
        expect(protectedUntil(hours, end - 1)).toBe(end);
        expect(protectedUntil(hours, end)).toBeNull();
      }),
    );
  });

  test('is shown with its day, its year and its zone', () => {
    expect(wallText(Date.parse('2026-11-30T06:00:00Z'), berlin)).toBe('Mon 30 Nov 2026, 07:00 (Europe/Berlin)');
    expect(wallText(Date.parse('2026-11-30T00:00:00Z'), 'UTC')).toBe('Mon 30 Nov 2026, 00:00 (UTC)');
  });
});
