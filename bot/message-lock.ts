import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/** One writer per message, over all bots: two edits that travel at once could arrive in the wrong order. */
export interface MessageLock {
  /** Does the work alone. @returns null, without having done it, while somebody else is writing that message */
  run<T>(installId: string, key: string, work: () => Promise<T>): Promise<T | null>;
}

/** Longer than any call to Slack may take; a bot that dies leaves the message alone for no longer. */
const LEASE_MS = 30_000;

const release = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

export function createMessageLock(redis: Redis): MessageLock {
  return {
    async run(installId, key, work) {
      const name = `xepa:slack:{${installId}}:writing:${key}`;
      const token = randomUUID();
      if ((await redis.set(name, token, 'PX', LEASE_MS, 'NX')) === null) return null;
      try {
        return await work();
      } finally {
        await redis.eval(release, 1, name, token);
      }
    },
  };
}
