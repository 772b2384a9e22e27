import { DAY, instantsOf, wallOf } from './local-time.ts';
import type { DateSpan, WeeklySpan } from './protected-hours-text.ts';

/** The times of a rule's `protected_hours`. */
export interface Hours {
  /** Time zone. */
  tz: string;
  block: readonly WeeklySpan[];
  dates: readonly DateSpan[];
}

/** An interval in milliseconds since 1970; the end does not belong to it. */
interface Interval {
  start: number;
  end: number;
}

/** Nobody plans further ahead; spans that fill every week have no end at all. */
const HORIZON = 366 * DAY;

/**
 * When the protection that holds now ends, with what follows it without a gap. Null: nothing is protected now.
 * Infinity: it has no end within a year.
 * Where the clocks show a time twice, protection begins at the first and ends at the second.
 */
export function protectedUntil(hours: Hours, now: number): number | null {
  let end: number | null = null;
  for (let next = endOf(hours, now); next !== null; next = endOf(hours, next)) {
    if (next - now > HORIZON) return Number.POSITIVE_INFINITY;
    end = next;
  }
  return end;
}

/** The latest end of the spans that hold at an instant. */
function endOf(hours: Hours, at: number): number | null {
  const holding = intervalsNear(hours, at).filter(({ start, end }) => start <= at && at < end);
  return holding.length === 0 ? null : Math.max(...holding.map(({ end }) => end));
}

function intervalsNear({ tz, block, dates }: Hours, at: number): Interval[] {
  const today = Math.floor(wallOf(at, tz) / DAY);
  const interval = (from: number, to: number): Interval => ({
    start: instantsOf(from, tz).first,
    end: instantsOf(to, tz).last,
  });
  // A span that holds now began at most a week ago; clocks that go back at midnight may show yesterday again.
  const days = Array.from({ length: 9 }, (_, ago) => today + 1 - ago);
  const weekly = days.flatMap((day) =>
    block
      .filter((span) => span.day === weekdayOf(day))
      .map((span) => interval(day * DAY + span.from * 60_000, (day + span.days) * DAY + span.until * 60_000)),
  );
  const dated = dates
    .filter(({ first, last }) => first - 1 <= today && today <= last + 1)
    .map(({ first, last }) => interval(first * DAY, (last + 1) * DAY));
  return [...weekly, ...dated];
}

/** The first day of 1970 was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}
