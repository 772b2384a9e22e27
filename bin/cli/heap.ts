import { setFlagsFromString } from 'node:v8';

/**
 * The web console passes on bytes that V8 counts but does not hold. By itself V8 looks through the whole heap for each
 * 40 MB of them, and on a busy machine more and more often. A young generation that stays small frees them at once,
 * and an old one that may grow to five times what it needs (26 MB) is left alone. Measured: less than half of the
 * processor time for each byte, see docs/performance.md.
 */
const passingBytesOn = ['--semi-space-growth-factor=1', '--heap-growing-percent=400'];

/** To be called before anything else is loaded. @param command what the process will do */
export function tuneHeap(command: string | undefined): void {
  if (command === 'web-console') for (const flag of passingBytesOn) setFlagsFromString(flag);
}
