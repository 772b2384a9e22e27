import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

/** So many times a minute for each key, counted over all processes. */
export interface RateLimit {
  /** False when the key has used up its minute. */
  pass(key: string): Promise<boolean>;
}

export function createRateLimit(redis: Redis, rule: { name: string; perMinute: number }): RateLimit {
  const limiter = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: `xepa:limit:${rule.name}`,
    points: rule.perMinute,
    duration: 60,
  });
  return {
    async pass(key) {
      try {
        await limiter.consume(key);
        return true;
      } catch (thrown) {
        // The limiter rejects with its counters when the limit is reached, and with an Error when Redis fails.
        if (thrown instanceof RateLimiterRes) return false;
        throw thrown;
      }
    },
  };
}
