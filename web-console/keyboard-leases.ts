import type { Redis } from 'ioredis';

/** A process that does not say for so long that a person is still at the keyboard has lost it for them. */
export const LEASE_MS = 8_000;

/**
 * Leases of terms at a keyboard. Each term has a lease of its own that is begun once and only ever renewed while it
 * lasts: a process that wakes up late finds it ended for good, and holds nobody's keyboard but the one it had.
 */
export interface KeyboardLeases {
  begin(installId: string, term: string, touchedAt: number): Promise<void>;
  /** False when it had ended: it does not come back. @param touchedAt when its person last typed, in ms since 1970 */
  renew(installId: string, term: string, touchedAt: number): Promise<boolean>;
  /** When its person last typed, or null when it has ended. */
  touchedAt(installId: string, term: string): Promise<number | null>;
}

export function createKeyboardLeases(redis: Redis): KeyboardLeases {
  return {
    async begin(installId, term, touchedAt) {
      await redis.set(leaseKey(installId, term), touchedAt, 'PX', LEASE_MS);
    },
    renew: async (installId, term, touchedAt) =>
      (await redis.set(leaseKey(installId, term), touchedAt, 'PX', LEASE_MS, 'XX')) !== null,
    async touchedAt(installId, term) {
      const text = await redis.get(leaseKey(installId, term));
      return text === null ? null : Number(text);
    },
  };
}

function leaseKey(installId: string, term: string): string {
  return `xepa:{${installId}}:keyboard:${term}`;
}
