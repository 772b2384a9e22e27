import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock.ts';
import type { Inventory } from '../core/contracts/device.ts';
import { toXepaError } from '../core/errors.ts';
import type { InventoryStore } from '../core/inventory-store.ts';
import type { Logger } from '../core/log.ts';
import type { Providers } from './providers/types.ts';

/** Reads the devices of every provider; one that does not answer is named and does not hide the others. */
export async function readInventory(providers: Providers, clock: Clock, signal: AbortSignal): Promise<Inventory> {
  const inventory: Inventory = { at: clock.now(), devices: [], problems: [] };
  for (const provider of providers.values()) {
    try {
      inventory.devices.push(...(await provider.listDevices(signal)));
    } catch (error) {
      inventory.problems.push({ provider: provider.id, message: toXepaError(error).userMessage });
    }
  }
  return inventory;
}

/** Keeps the inventory fresh; of several workers one reads in each period. */
export function startInventory(deps: {
  redis: Redis;
  inventory: InventoryStore;
  providers: Providers;
  clock: Clock;
  log: Logger;
  periodMs: number;
}): { close(): void } {
  const stop = new AbortController();
  const refresh = async () => {
    try {
      const mine = await deps.redis.set('xepa:inventory:turn', '1', 'PX', Math.round(deps.periodMs * 0.9), 'NX');
      if (mine === 'OK') await deps.inventory.write(await readInventory(deps.providers, deps.clock, stop.signal));
    } catch (err) {
      if (!stop.signal.aborted) deps.log.warn({ err }, 'the inventory could not be read');
    }
  };
  const timer = setInterval(() => void refresh(), deps.periodMs);
  void refresh();
  return {
    close() {
      stop.abort();
      clearInterval(timer);
    },
  };
}
