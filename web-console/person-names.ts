import type { Redis } from 'ioredis';

/** How people at a console are called, as the bot knew it when it gave them their link. Only ever shown. */
export interface PersonNames {
  remember(installId: string, user: string, name: string): Promise<void>;
  of(installId: string): Promise<Readonly<Record<string, string>>>;
}

/** Longer than any session lasts. */
const KEEP_SECONDS = 48 * 3_600;

export function createPersonNames(redis: Redis): PersonNames {
  return {
    async remember(installId, user, name) {
      const key = namesKey(installId);
      await redis.multi().hset(key, user, name).expire(key, KEEP_SECONDS).exec();
    },
    of: (installId) => redis.hgetall(namesKey(installId)),
  };
}

function namesKey(installId: string): string {
  return `xepa:{${installId}}:names`;
}
