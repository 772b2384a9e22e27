import type { Redis } from 'ioredis';

/** How far the download of another ISO has come, in bytes. News and no record: Redis forgets it. */
export interface DiscProgress {
  tell(installId: string, bytes: number): Promise<void>;
  /** Null when nothing was told for a while. */
  read(installId: string): Promise<number | null>;
}

const KEEP_SECONDS = 120;

export function createDiscProgress(redis: Redis): DiscProgress {
  return {
    tell: async (installId, bytes) => void (await redis.set(keyOf(installId), String(bytes), 'EX', KEEP_SECONDS)),
    async read(installId) {
      const text = await redis.get(keyOf(installId));
      return text === null ? null : Number(text);
    },
  };
}

function keyOf(installId: string): string {
  return `xepa:{${installId}}:disc-progress`;
}
