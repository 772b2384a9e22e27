import { badInput } from '../bad-input.ts';
import { code } from '../text.ts';

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;
/** What is meant to end later than that was mistyped, or should have no end. */
const FARTHEST_MS = 366 * unitMs.d;

const accepted =
  'Type how long (`30m`, `2h`, `1h30m`, `3d`), a time of day in UTC (`18:00`), or a date (`2026-12-01`, `2026-12-01T10:00`, `2026-12-01T10:00+01:00`; UTC where no zone is given).';

/**
 * The moment that somebody typed, in milliseconds since 1970; it lies after `now`. A time of day is its next
 * occurrence. What has no zone is UTC.
 * @throws XepaError bad-input that says what is accepted
 */
export function parseMoment(typed: string, now: number): number {
  const text = typed.trim().toUpperCase();
  const at = fromDuration(text, now) ?? fromTimeOfDay(text, now) ?? fromDate(text);
  if (at === null) throw badInput(`${code(typed, 60)} is no time. ${accepted}`);
  if (at <= now) throw badInput(`${code(typed, 60)} is not in the future. ${accepted}`);
  if (at - now > FARTHEST_MS) throw badInput(`${code(typed, 60)} is more than a year ahead. ${accepted}`);
  return at;
}

function fromDuration(text: string, now: number): number | null {
  if (!/^(?:\d{1,6}[MHDW])+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+)([MHDW])/g)];
  const used = new Set(parts.map(([, , unit]) => unit));
  // "2h2h" is a slip of the hand, not four hours.
  if (used.size !== parts.length) return null;
  return now + parts.reduce((sum, [, count, unit]) => sum + Number(count) * msOf(unit), 0);
}

function msOf(unit: string | undefined): number {
  const name = unit?.toLowerCase();
  return name === 'm' || name === 'h' || name === 'd' || name === 'w' ? unitMs[name] : 0;
}

function fromTimeOfDay(text: string, now: number): number | null {
  const [, hours, minutes] = /^(\d|[01]\d|2[0-3]):([0-5]\d)Z?$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const midnight = Math.floor(now / unitMs.d) * unitMs.d;
  const today = midnight + Number(hours) * unitMs.h + Number(minutes) * unitMs.m;
  return today > now ? today : today + unitMs.d;
}

function fromDate(text: string): number | null {
  const pattern = /^(\d{4}-\d\d-\d\d)(?:T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)?)?$/;
  const [, day, hours = '00', minutes = '00', seconds = '00', zone = 'Z'] = pattern.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return null;
  return Date.parse(`${day}T${hours}:${minutes}:${seconds}${zone}`);
}

/** The clock of a computer makes 2 March of 30 February; a person meant something else. */
function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
