import { Redis } from 'ioredis';
import { XepaError } from './errors.ts';

/**
 * `producer`: fails at once when Redis is away, so that a command gets an answer.
 * `consumer`: waits for Redis to come back, as BullMQ's workers and subscribers must.
 */
export type RedisRole = 'producer' | 'consumer';

/** Where Redis is and how to talk to it; fits ioredis and BullMQ alike. */
export interface RedisEndpoint {
  path?: string;
  host?: string;
  port?: number;
  db?: number;
  username?: string;
  password?: string;
  tls?: object;
  retryStrategy(times: number): number;
  maxRetriesPerRequest: number | null;
  enableOfflineQueue: boolean;
}

/** Connection options for a URL of the form redis://, rediss:// or unix:///path/to/socket. */
export function redisOptions(url: string, role: RedisRole): RedisEndpoint {
  return {
    ...endpoint(url),
    retryStrategy: (times) => Math.min(times * 100, 2_000),
    maxRetriesPerRequest: role === 'consumer' ? null : 1,
    enableOfflineQueue: role === 'consumer',
  };
}

/**
 * Opens a connection and waits until it is ready.
 * @throws XepaError redis-down after `limitMs`
 */
export async function connectRedis(url: string, role: RedisRole, limitMs = 10_000): Promise<Redis> {
  const redis = new Redis({ ...redisOptions(url, role), lazyConnect: true });
  // Without a listener ioredis prints each failed try; the ready check below and the callers report them.
  redis.on('error', () => undefined);
  redis.connect().catch(() => undefined);
  await waitReady(redis, url, limitMs);
  return redis;
}

function endpoint(url: string): Pick<RedisEndpoint, 'path' | 'host' | 'port' | 'db' | 'username' | 'password' | 'tls'> {
  if (url.startsWith('unix://')) return { path: url.slice('unix://'.length) };
  const at = new URL(url);
  return {
    host: at.hostname,
    port: Number(at.port || 6379),
    db: Number(at.pathname.slice(1) || 0),
    ...(at.username ? { username: decodeURIComponent(at.username) } : {}),
    ...(at.password ? { password: decodeURIComponent(at.password) } : {}),
    ...(at.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

function waitReady(redis: Redis, url: string, limitMs: number): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      redis.disconnect();
      reject(redisDown(url));
    }, limitMs);
    redis.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function redisDown(url: string): XepaError {
  const where = url.replace(/\/\/[^@/]*@/, '//');
  return new XepaError('redis-down', {
    message: `no answer from Redis at ${where}`,
    userMessage: `Redis at ${where} does not answer. Check REDIS_URL and that the server runs.`,
    retry: 'backoff',
  });
}
