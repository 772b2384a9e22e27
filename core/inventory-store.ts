import type { Redis } from 'ioredis';
import { Inventory } from './contracts/device.ts';

/** The devices that people may name, as a worker last read them from the providers. */
export interface InventoryStore {
  write(inventory: Inventory): Promise<void>;
  /** Null before any worker has read the providers, and where what is kept is not understood: the next reading replaces it. */
  read(): Promise<Inventory | null>;
}

const key = 'xepa:inventory';

export function createInventoryStore(redis: Redis): InventoryStore {
  return {
    write: async (inventory) => void (await redis.set(key, JSON.stringify(inventory))),
    async read() {
      const json = await redis.get(key);
      return json === null ? null : (Inventory.safeParse(parseJson(json)).data ?? null);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
