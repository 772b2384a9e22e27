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
  let last: unknown;
  // Without a listener ioredis prints each failed try; the ready check below and the callers report them.
  redis.on('error', (error) => {
    last = error;
  });
  redis.connect().catch(() => undefined);
  if (!(await isReady(redis, limitMs))) throw redisDown(url, last);
  return redis;
}

function endpoint(url: string): Pick<RedisEndpoint, 'path' | 'host' | 'port' | 'db' | 'username' | 'password' | 'tls'> {
  if (url.startsWith('unix://')) return { path: url.slice('unix://'.length) };
  const at = new URL(url);
  return {
    // A URL writes an IPv6 address in brackets, a socket takes it without.
    host: at.hostname.replace(/^\[|\]$/g, ''),
    port: Number(at.port || 6379),
    db: Number(at.pathname.slice(1) || 0),
    ...(at.username ? { username: decodeURIComponent(at.username) } : {}),
    ...(at.password ? { password: decodeURIComponent(at.password) } : {}),
    ...(at.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

function isReady(redis: Redis, limitMs: number): Promise<boolean> {
  if (redis.status === 'ready') return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      redis.disconnect();
      resolve(false);
    }, limitMs);
    redis.once('ready', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** A password may hold an @ of its own, so no pattern is trusted with it. */
function withoutLogin(url: string): string {
  if (url.startsWith('unix://')) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function redisDown(url: string, cause: unknown): XepaError {
  const where = withoutLogin(url);
  const said = cause instanceof Error && cause.message !== '' ? ` (${cause.message})` : '';
  return new XepaError('redis-down', {
    message: `no answer from Redis at ${where}${said}`,
    userMessage: `Redis at ${where} does not answer${said}. Check REDIS_URL and that the server runs.`,
    retry: 'backoff',
    cause,
  });
}
