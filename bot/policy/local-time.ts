/**
 * What clocks on the wall show, by the time zone data that Node brings along. A wall time is a number: the milliseconds
 * since 1970 that the same date and time would be in UTC. So a wall day is always 24 hours long.
 */

export const DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of that zone show at an instant, to the second. */
export function wallOf(instant: number, zone: string): number {
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The first and the last instant at which the clocks show a wall time. They differ where an hour is repeated; where the
 * clocks leave it out, both are the instant at which they jump.
 */
export function instantsOf(wall: number, zone: string): { first: number; last: number } {
  // A day before and a day after, the offset is what it is before and after any change that matters here.
  const guesses = [wall - DAY, wall + DAY].map((near) => wall - (wallOf(near, zone) - near));
  const shown = guesses.filter((instant) => wallOf(instant, zone) === wall);
  if (shown.length > 0) return { first: Math.min(...shown), last: Math.max(...shown) };
  const jump = jumpBetween(Math.min(...guesses), Math.max(...guesses), zone);
  return { first: jump, last: jump };
}

/** A date and time for people, with its zone: "Mon 30 Nov 2026, 07:00 (Europe/Berlin)". */
export function wallText(instant: number, zone: string): string {
  const options = { timeZone: zone, hourCycle: 'h23' } as const;
  const date = new Intl.DateTimeFormat('en-GB', {
    ...options,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  const time = new Intl.DateTimeFormat('en-GB', { ...options, hour: '2-digit', minute: '2-digit' });
  return `${date.format(instant).replace(',', '')}, ${time.format(instant)} (${zone})`;
}

/** The first millisecond of the new offset. */
function jumpBetween(before: number, after: number, zone: string): number {
  const offset = (instant: number) => wallOf(instant, zone) - Math.floor(instant / 1000) * 1000;
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle) === offset(before)) low = middle;
    else high = middle;
  }
  return high;
}

/** Making a format takes longer than everything that is done with it. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}
