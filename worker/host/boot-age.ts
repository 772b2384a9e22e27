import type { Proof } from './proof.ts';

/** Of one worker's clock: reading takes a while, and a server's clock may run a little fast. Milliseconds. */
const OWN_CLOCK_MS = 5_000;
/** Of two workers' clocks, which nobody has compared. Milliseconds. */
const TWO_CLOCKS_MS = 60_000;

/** A restart that was asked for. */
export interface Restart {
  /** Milliseconds since then. */
  agoMs: number;
  /** Both ends of that time are by one clock. */
  oneClock: boolean;
  /** Of the system that was there before; undefined where nobody knows. */
  bootIdBefore: string | undefined;
}

/**
 * Reasons why what answers is a system of before the restart, which is still to come. Its kernel counts the time since its own start (`/proc/uptime`,
 * proc(5)), so only durations are compared, and never its clock with ours.
 */
export function judgeAge(
  { bootId, uptimeMs }: Pick<Proof, 'bootId' | 'uptimeMs'>,
  { agoMs, oneClock, bootIdBefore }: Restart,
): string[] {
  if (bootId === bootIdBefore) return ['It is the rescue system of before, and was not restarted yet.'];
  const older = uptimeMs !== null && uptimeMs > agoMs + (oneClock ? OWN_CLOCK_MS : TWO_CLOCKS_MS);
  return older ? ['It runs for longer than its restart was asked for, so it is still to be restarted.'] : [];
}
