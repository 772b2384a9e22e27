import { z } from 'zod';
import { nearest } from '../did-you-mean.ts';
import { DAY } from './local-time.ts';

/** A span that comes back every week, on the clocks of its zone. */
export interface WeeklySpan {
  /** Day of the week on which it begins; 0 is Sunday. */
  day: number;
  /** Minute of that day at which it begins. */
  from: number;
  /** So many days later it ends, 0 to 7 … */
  days: number;
  /** … at this minute of the day. */
  until: number;
}

/** Whole days, as numbers of days since 1970; both belong to it. */
export interface DateSpan {
  first: number;
  last: number;
}

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Reads "Fri 15:00-Mon 07:00". */
export function parseSpan(text: string, context: z.core.$RefinementCtx): WeeklySpan {
  const [, fromDay = '', fromTime = '', toDay = '', toTime = ''] =
    /^(\w{3}) (\d\d:\d\d) ?[-–] ?(\w{3}) (\d\d:\d\d)$/.exec(text.trim()) ?? [];
  const [day, to] = [fromDay, toDay].map((name) => dayNames.indexOf(name.toLowerCase()));
  const [from, until] = [fromTime, toTime].map(minuteOf);
  if (!isThere(day) || !isThere(to) || !isThere(from) || !isThere(until)) {
    context.issues.push(issue('must be like "Fri 15:00-Mon 07:00", with days in English and 24 hours', text));
    return z.NEVER;
  }
  if (day === to && from === until) {
    context.issues.push(issue('ends when it begins; to stop something for ever use `forbid: true`', text));
    return z.NEVER;
  }
  const days = (to - day + 7) % 7;
  return { day, from, days: days === 0 && until < from ? 7 : days, until };
}

/** Reads "2026-12-24..2027-01-02", or one date. */
export function protectedDates(text: string, context: z.core.$RefinementCtx): DateSpan {
  const [first, last] = [...text.split('..'), text].slice(0, 2).map((date) => dayNumber(date.trim()));
  if (text.split('..').length > 2 || first === undefined || last === undefined) {
    context.issues.push(issue('must be a date such as 2026-12-24, or two as 2026-12-24..2027-01-02', text));
    return z.NEVER;
  }
  if (last >= first) return { first, last };
  context.issues.push(issue('ends before it begins', text));
  return z.NEVER;
}

/** Why this is no time zone, or null. */
export function timeZoneProblem(zone: string): string | null {
  const zones = Intl.supportedValuesOf('timeZone');
  if (zone === 'UTC' || zones.includes(zone) || isAlias(zone)) return null;
  const near = nearest(zone, zones);
  return `must be a time zone such as Europe/Berlin or UTC${near ? `; did you mean ${near}?` : ''}`;
}

/** Older names, such as Asia/Calcutta. An abbreviation such as EST knows no summer time and is nearly always meant otherwise. */
function isAlias(zone: string): boolean {
  try {
    return zone.includes('/') && new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function minuteOf(time: string): number {
  const [hours = 24, minutes = 60] = time.split(':').map(Number);
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : -1;
}

/** Undefined for what is no date, such as 2026-02-30. */
function dayNumber(date: string): number | undefined {
  const at = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(date) ? undefined : at / DAY;
}

function isThere(found: number | undefined): found is number {
  return found !== undefined && found >= 0;
}

function issue(message: string, input: unknown): z.core.$ZodRawIssue {
  return { code: 'custom', message, input };
}
