import type { Redis } from 'ioredis';
import { z } from 'zod';

/** Names of ISOs that the bot's settings give, for whom has no such settings: only to be picked from, never believed. */
export interface IsoNames {
  publish(names: readonly string[]): Promise<void>;
  read(): Promise<string[]>;
}

const key = 'xepa:iso-names';
const Names = z.array(z.string());

export function createIsoNames(redis: Redis): IsoNames {
  return {
    publish: async (names) => void (await redis.set(key, JSON.stringify(names))),
    read: async () => Names.parse(JSON.parse((await redis.get(key)) ?? '[]')),
  };
}
