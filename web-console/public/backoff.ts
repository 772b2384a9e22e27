const FIRST_MS = 500;
const LAST_MS = 8_000;

/**
 * Milliseconds until the next try: 0.5 s, doubling to 8 s, a quarter of it at random so that a room full of browsers
 * does not come back in step.
 * @param tries tries so far, from 0
 * @param random from 0 to 1
 */
export function backoffMs(tries: number, random: number): number {
  const full = Math.min(FIRST_MS * 2 ** tries, LAST_MS);
  return Math.round(full * (0.75 + 0.25 * random));
}
