import type { ErrorCode, XepaError } from '../../core/errors.ts';

const FIRST_MS = 2_000;
const LONGEST_MS = 60_000;

/**
 * Milliseconds until the next try: 2 s, 4 s, 8 s … 60 s, with up to a quarter taken off at random so that many
 * installs do not come back in step; never sooner than the other side asked for.
 */
export function backoffMs(failures: number, retryAfterSeconds = 0, random: () => number = Math.random): number {
  const full = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
  return Math.max(Math.round(full * (1 - random() / 4)), retryAfterSeconds * 1000);
}

const OUTAGE_MS = 15 * 60_000;
const UNDO_OUTAGE_MS = 30 * 60_000;
const UNDO_ATTEMPTS = 8;
/** The other side is away: trying again costs nothing, and giving up costs an install. */
const outages: readonly ErrorCode[] = [
  'unreachable',
  'host-command-timeout',
  'provider-unavailable',
  'provider-rate-limited',
  'redis-down',
];

/** Tries are counted for what we may do wrong; for what is merely away, time is. */
export interface Patience {
  failures: number;
  attempts: number;
  /** Since when, in milliseconds, every try has failed. */
  forMs: number;
  /** How long an outage is borne. */
  outageMs?: number | undefined;
}

/** True when one more try makes no sense. */
export function isHopeless(error: XepaError, patience: Patience): boolean {
  if (error.retry === 'no') return true;
  if (patience.failures < patience.attempts) return false;
  return !outages.includes(error.code) || patience.forMs >= (patience.outageMs ?? OUTAGE_MS);
}

/** The same for an undo, which tries again whatever the error says: giving up means that a person has to come. */
export function isUndoHopeless(error: XepaError, patience: Pick<Patience, 'failures' | 'forMs'>): boolean {
  if (patience.failures < UNDO_ATTEMPTS) return false;
  return !outages.includes(error.code) || patience.forMs >= UNDO_OUTAGE_MS;
}
