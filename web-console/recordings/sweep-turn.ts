import type { Redis } from 'ioredis';

const LEASE_KEY = 'xepa:recordings:sweep';
/** Of a process that was killed meanwhile, the lease lapses. */
const LEASE_MS = 10 * 60_000;

/** Does it unless another process is at it. */
export async function inTurn(redis: Redis, work: () => Promise<unknown>): Promise<void> {
  if ((await redis.set(LEASE_KEY, '1', 'PX', LEASE_MS, 'NX')) === null) return;
  try {
    await work();
  } finally {
    await redis.del(LEASE_KEY);
  }
}
