import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../core/embedded-redis.ts';

/** A real Redis for one test file: its own process, its own folder. */
export async function startPrivateRedis(): Promise<EmbeddedRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'xepa-redis-'));
  const redis = await startEmbeddedRedis(folder, process.env.PATH ?? '');
  return {
    url: redis.url,
    async stop() {
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
