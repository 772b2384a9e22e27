const EVERY_MS = 10_000;

/** Acts at the first call, and then no more than once in ten seconds: for signs of life. */
export function throttled(act: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - last < EVERY_MS) return;
    last = now;
    act();
  };
}
