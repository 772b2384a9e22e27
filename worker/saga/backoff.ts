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
