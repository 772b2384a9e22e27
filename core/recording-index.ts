import type { Redis } from 'ioredis';
import { RecordingEntry } from './contracts/recording.ts';

/** What recordings there are of each install: the files are the web console's, this is for whoever lists them. */
export interface RecordingIndex {
  put(installId: string, entry: RecordingEntry): Promise<void>;
  /** The newest first. */
  list(installId: string): Promise<RecordingEntry[]>;
  remove(installId: string, id: string): Promise<void>;
}

export function createRecordingIndex(redis: Redis): RecordingIndex {
  return {
    put: async (installId, entry) => void (await redis.hset(keyOf(installId), entry.id, JSON.stringify(entry))),
    async list(installId) {
      const texts = Object.values(await redis.hgetall(keyOf(installId)));
      const entries = texts.flatMap((text) => RecordingEntry.safeParse(JSON.parse(text)).data ?? []);
      return entries.sort((a, b) => b.startedAt - a.startedAt);
    },
    remove: async (installId, id) => void (await redis.hdel(keyOf(installId), id)),
  };
}

function keyOf(installId: string): string {
  return `xepa:{${installId}}:recordings`;
}
