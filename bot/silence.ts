import type { InstallRecord } from '../core/contracts/install.ts';
import type { Beat } from '../core/heartbeat.ts';

/** A worker that is this late is no longer merely slow: another one would have taken over by now. */
const LATE_MS = 60_000;

/**
 * Since when no worker has been heard of, though one should have been; undefined while all is well, and where
 * nobody but a person can go on.
 */
export function silentSince(record: InstallRecord, beat: Beat | null, now: number): number | undefined {
  if (record.phase !== 'forward' && record.phase !== 'undo') return undefined;
  // Whoever wrote last, worker or person, has woken a worker with it.
  const expected = Math.max(record.updatedAt, beat?.next ?? 0);
  return now > expected + LATE_MS ? (beat?.at ?? record.updatedAt) : undefined;
}
