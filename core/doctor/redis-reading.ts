import type { Redis } from 'ioredis';
import type { Clock } from '../clock.ts';

/** The fields of INFO by their names. */
export type RedisInfo = ReadonlyMap<string, string>;

/** What a Redis or Valkey says of itself. Times are milliseconds. */
export interface RedisReading {
  info: RedisInfo;
  /** When it takes snapshots ("3600 1 300 100", empty for never); null where it does not let us ask. */
  save: string | null;
  pings: readonly number[];
  /** How far its clock is ahead of ours. */
  aheadMs: number;
}

const PINGS = 5;

/** Asks for everything that the checks judge; changes nothing. */
export async function readRedis(redis: Redis, clock: Clock): Promise<RedisReading> {
  const info = parseInfo(await redis.info());
  const save = await readSave(redis);
  const pings: number[] = [];
  for (let ping = 0; ping < PINGS; ping += 1) {
    const asked = performance.now();
    await redis.ping();
    pings.push(performance.now() - asked);
  }
  return { info, save, pings, aheadMs: await readAhead(redis, clock) };
}

/** The text of INFO: `name:value` lines under `# Section` lines. */
export function parseInfo(text: string): RedisInfo {
  const fields = text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 1 || line.startsWith('#') ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
  });
  return new Map(fields);
}

/** Managed servers forbid CONFIG. */
async function readSave(redis: Redis): Promise<string | null> {
  const answer: unknown = await redis.config('GET', 'save').catch(() => null);
  const value: unknown = Array.isArray(answer) ? answer[1] : null;
  return typeof value === 'string' ? value : null;
}

async function readAhead(redis: Redis, clock: Clock): Promise<number> {
  const before = clock.now();
  const [seconds = 0, microseconds = 0] = (await redis.time()).map(Number);
  // The answer was made somewhere between asking and hearing.
  return seconds * 1000 + microseconds / 1000 - (before + clock.now()) / 2;
}
