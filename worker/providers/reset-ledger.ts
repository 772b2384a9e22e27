import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { XepaError } from '../../core/errors.ts';

/**
 * Which restarts a provider was asked for, noted before each call and shared by all workers: the history of a
 * provider that keeps none, and the budget of one that counts. The lease of an install keeps two from writing at once.
 */
export interface ResetLedger {
  /** How many restarts of this device were asked for so far. */
  count(deviceId: string): Promise<number>;
  /** What became of a restart after the first `known`; `unsure`: noted, but nobody saw the provider take it. */
  since(deviceId: string, known: number): Promise<'none' | 'unsure' | 'heard'>;
  /** @throws XepaError provider-rate-limited when the next restart has to wait */
  room(): Promise<void>;
  /** Notes one more, which is about to be asked for. @throws XepaError provider-rate-limited, with nothing noted */
  take(deviceId: string): Promise<void>;
  /** The provider has taken the last one. */
  heard(deviceId: string): Promise<void>;
  /** The provider has said that it does not do the last one: it never was. Its place in the budget is used all the same. */
  refused(deviceId: string): Promise<void>;
}

export interface LedgerOptions {
  /** Names the budget: restarts of all devices of a provider share it. */
  provider: { id: string; title: string };
  limit: number;
  windowMs: number;
}

/** Redis counts by its own clock, so that workers whose clocks differ agree. */
const leftScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return math.max(1, oldest[2] + window - now)
end`;
const roomScript = `${leftScript}
return 0`;
const takeScript = `${leftScript}
redis.call('ZADD', KEYS[1], now, ARGV[3])
redis.call('PEXPIRE', KEYS[1], window)
redis.call('HINCRBY', KEYS[2], 'asked', 1)
return 0`;

/** Opens the ledger of a provider. Its history of a device is a few bytes and stays. */
export function createResetLedger(redis: Redis, options: LedgerOptions): ResetLedger {
  const { provider, limit, windowMs } = options;
  const windowKey = `xepa:{resets-${provider.id}}:window`;
  const deviceKey = (deviceId: string) => `xepa:{resets-${provider.id}}:device:${deviceId}`;
  const read = async (deviceId: string) => {
    const [asked, heard] = await redis.hmget(deviceKey(deviceId), 'asked', 'heard');
    return { asked: Number(asked ?? 0), heard: Number(heard ?? 0) };
  };
  return {
    count: async (deviceId) => (await read(deviceId)).asked,

    async since(deviceId, known) {
      const { asked, heard } = await read(deviceId);
      if (asked <= known) return 'none';
      return heard === asked ? 'heard' : 'unsure';
    },

    async room() {
      const waitMs = Number(await redis.eval(roomScript, 1, windowKey, limit, windowMs));
      if (waitMs > 0) throw usedUp(options, waitMs);
    },

    async take(deviceId) {
      const keys = [windowKey, deviceKey(deviceId)];
      const waitMs = Number(await redis.eval(takeScript, 2, ...keys, limit, windowMs, randomUUID()));
      if (waitMs > 0) throw usedUp(options, waitMs);
    },

    async heard(deviceId) {
      await redis.hset(deviceKey(deviceId), 'heard', (await read(deviceId)).asked);
    },

    refused: async (deviceId) => void (await redis.hincrby(deviceKey(deviceId), 'asked', -1)),
  };
}

function usedUp({ provider, limit, windowMs }: LedgerOptions, waitMs: number): XepaError {
  const [next, within] = [inWords(waitMs), inWords(windowMs)];
  return new XepaError('provider-rate-limited', {
    message: `${limit} resets within ${within} are used up; next in ${waitMs} ms`,
    userMessage: `${provider.title} allows ${limit} restarts of servers within ${within}, and XEPA has used them. The next one is possible in ${next}; XEPA tries again by itself then.`,
    retry: 'backoff',
    retryAfterSeconds: Math.ceil(waitMs / 1_000),
  });
}

function inWords(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
