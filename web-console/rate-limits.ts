import type { Redis } from 'ioredis';
import { createRateLimit, type RateLimit } from './rate-limit.ts';

/** What one person, or one address where nobody is known yet, may do in a minute. */
const perMinute = {
  exchange: 10,
  'console-upgrade': 20,
  'console-action': 30,
  'console-look': 120,
  /** Pieces of a file on its way to a server. */
  'console-upload': 1_200,
  /** Each goes to everybody in the thread. */
  'console-picture': 6,
};

export type RateLimits = Record<
  'exchangeLimit' | 'upgradeLimit' | 'actionLimit' | 'lookLimit' | 'uploadLimit' | 'pictureLimit',
  RateLimit
>;

export function createRateLimits(redis: Redis): RateLimits {
  const limit = (name: keyof typeof perMinute) => createRateLimit(redis, { name, perMinute: perMinute[name] });
  return {
    exchangeLimit: limit('exchange'),
    upgradeLimit: limit('console-upgrade'),
    actionLimit: limit('console-action'),
    lookLimit: limit('console-look'),
    uploadLimit: limit('console-upload'),
    pictureLimit: limit('console-picture'),
  };
}
