/** Scales differ from whole numbers by less than this when they are meant to be whole. */
const NEARLY = 0.01;

/**
 * Whether pixels are better drawn as hard squares: where each becomes as many as its neighbours do, or so many that nobody
 * sees the difference. Between, text is easier to read when it is smoothed.
 * @param scale dots of this display for one pixel of the server's
 */
export function isCrisp(scale: number): boolean {
  return scale >= 3 || (scale >= 1 - NEARLY && Math.abs(scale - Math.round(scale)) < NEARLY);
}
