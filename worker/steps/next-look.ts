/** A look costs the device a fraction of this. */
const LEAST_MS = 250;
/** Of the time waited so far, this part may be lost by looking late. */
const PART = 1 / 8;

/** How long until the next look at what ends by itself: soon at first, then in step with how long it takes. Milliseconds. */
export function nextLookMs(waitedMs: number, mostMs: number): number {
  return Math.floor(Math.min(mostMs, Math.max(LEAST_MS, waitedMs * PART)));
}

interface Arriving {
  done: number;
  total: number | null;
  /** Nothing where it is not known yet. */
  perSecond?: number | undefined;
}

/** The same for what tells how fast it arrives: when the rest should be there, since a look costs the device time to fetch it. */
export function nextLookAtMs({ done, total, perSecond = 0 }: Arriving, waitedMs: number, mostMs: number): number {
  // When all of it is there, its digest is still taken.
  if (total === null || perSecond <= 0 || done >= total) return nextLookMs(waitedMs, mostMs);
  const restMs = Math.ceil(((total - done) / perSecond) * 1_000);
  return Math.min(mostMs, Math.max(LEAST_MS, restMs));
}
