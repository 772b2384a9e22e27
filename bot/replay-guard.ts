import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Slack accepts an answer to a signed request for five minutes; ten leave room for clocks that differ. */
const REMEMBER_SECONDS = 600;
const FUTURE_SECONDS = 60;

/** True for the first delivery of a request (its signature or envelope id), false for a repetition. */
export async function isFirstDelivery(redis: Redis, deliveryId: string): Promise<boolean> {
  const digest = createHash('sha256').update(deliveryId).digest('hex');
  return (await redis.set(`xepa:slack:seen:${digest}`, '1', 'EX', REMEMBER_SECONDS, 'NX')) !== null;
}

/** A request that claims to come from the future could be replayed for as long; Bolt itself refuses only old ones. */
export function isFromTheFuture(timestamp: string | undefined, nowMs: number): boolean {
  return timestamp !== undefined && Number(timestamp) * 1000 > nowMs + FUTURE_SECONDS * 1000;
}
