/** A look costs the device a fraction of this. */
const LEAST_MS = 250;
/** Of the time waited so far, this part may be lost by looking late. */
const PART = 1 / 8;

/** How long until the next look at what ends by itself: soon at first, then in step with how long it takes. Milliseconds. */
export function nextLookMs(waitedMs: number, mostMs: number): number {
  return Math.floor(Math.min(mostMs, Math.max(LEAST_MS, waitedMs * PART)));
}
