import { z } from 'zod';

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Nothing that the policy measures makes sense beyond it, and timers stay exact. */
const MAX_MS = 366 * 86_400_000;

/** A span of time as people write it, such as 60s, 30m, 24h, 7d; milliseconds come out. */
export function span() {
  return z.string({ error: 'must be a time such as 60s, 30m, 24h or 7d' }).transform((text, context) => {
    const [, digits = '', unit = ''] = /^(\d{1,9})\s?([smhd])$/.exec(text) ?? [];
    const ms = Number(digits) * (unitMs[unit] ?? 0);
    if (ms > 0 && ms <= MAX_MS) return ms;
    context.addIssue('must be a time such as 60s, 30m, 24h or 7d: more than nothing, and at most a year');
    return z.NEVER;
  });
}
