import type { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { connectRedis } from '../../core/redis.ts';
import { startPrivateRedis } from './private-redis.ts';

/** A Redis of this file's own, for all of its tests. */
export function useRedis(): () => Redis {
  let server: EmbeddedRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startPrivateRedis();
    redis = await connectRedis(server.url, 'producer');
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
  return () => redis;
}
