import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from './clock.ts';

/** When a worker last looked at an install, and by when it is going to look again. Milliseconds since 1970. */
const Beat = z.object({ at: z.number(), next: z.number() });
export type Beat = z.infer<typeof Beat>;

/**
 * Signs of life that cost no write of the record: a poll that finds nothing new leaves no line there, and still
 * people want to know that somebody looks.
 */
export interface Heartbeats {
  /** A worker looks at the install now. @param nextMs after how many milliseconds it will do so again */
  beat(installId: string, nextMs: number): Promise<void>;
  /** Null when no worker has looked at it for a day, or never. */
  last(installId: string): Promise<Beat | null>;
}

/** Long enough to say since when there is silence, also after a night; counted from when a worker comes back. */
const KEEP_MS = 24 * 3600 * 1000;

export function createHeartbeats(deps: { redis: Redis; clock: Clock }): Heartbeats {
  return {
    async beat(installId, nextMs) {
      const at = deps.clock.now();
      const beat: Beat = { at, next: at + nextMs };
      await deps.redis.set(keyOf(installId), JSON.stringify(beat), 'PX', Math.ceil(nextMs) + KEEP_MS);
    },
    async last(installId) {
      const json = await deps.redis.get(keyOf(installId));
      return json === null ? null : Beat.parse(JSON.parse(json));
    },
  };
}

/** Beside the record of the install, in the same slot. */
function keyOf(installId: string): string {
  return `xepa:{${installId}}:seen`;
}
