import { duration } from './units.ts';

const DAY_MS = 86_400_000;

/** "18:00 UTC (in 2 h 5 min)"; with the date on any other day: "2026-12-01 10:00 UTC (in 27 d)". */
export function momentText(at: number, now: number): string {
  const iso = new Date(at).toISOString();
  const sameDay = Math.floor(at / DAY_MS) === Math.floor(now / DAY_MS);
  const time = `${iso.slice(11, 16)} UTC`;
  return `${sameDay ? time : `${iso.slice(0, 10)} ${time}`} (in ${duration(at - now)})`;
}

/** "until 18:00 UTC (in 2 h)", or without an end "until somebody lifts it". */
export function untilText(until: number | null, now: number): string {
  return until === null ? 'until somebody lifts it' : `until ${momentText(until, now)}`;
}

/** "2026-11-03 09:12 UTC" */
export function dateText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
