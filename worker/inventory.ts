import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock.ts';
import type { Inventory } from '../core/contracts/device.ts';
import { toXepaError, XepaError } from '../core/errors.ts';
import type { InventoryStore } from '../core/inventory-store.ts';
import type { Logger } from '../core/log.ts';
import { type Answer, mergeInventory } from './merge-inventory.ts';
import type { Provider, Providers } from './providers/types.ts';

/** A large account is read page by page; who takes longer than this for all of them does not hold up the others. */
const PATIENCE_MS = 120_000;

interface Reading {
  clock: Clock;
  signal: AbortSignal;
  /** Milliseconds that each provider has. */
  patienceMs?: number;
}

/**
 * Asks every provider for its devices. One that does not answer keeps those it had and does not hide the others; one that
 * wanted to be left alone for a time is.
 * @param before the list as it was last read
 */
export async function readInventory(
  providers: Providers,
  before: Inventory | null,
  { clock, signal, patienceMs = PATIENCE_MS }: Reading,
): Promise<Inventory> {
  const at = clock.now();
  const resting = new Set(
    (before?.sources ?? []).filter(({ notBefore = 0 }) => notBefore > at).map(({ provider }) => provider),
  );
  const asked = [...providers.values()].map(async (provider): Promise<Answer> => {
    if (resting.has(provider.id)) return { provider: provider.id, kind: 'resting' };
    return askForDevices(provider, signal, patienceMs);
  });
  const answers = await Promise.all(asked);
  // Who was cut off by our own end did not fail.
  signal.throwIfAborted();
  const { sources = [], ...merged } = mergeInventory(answers, before, at);
  const canDo = (id: string) => ({ secondPath: providers.get(id)?.capabilities.lifeline === 'by-api' });
  return { ...merged, sources: sources.map((source) => ({ ...source, ...canDo(source.provider) })) };
}

async function askForDevices(provider: Provider, signal: AbortSignal, patienceMs: number): Promise<Answer> {
  const limit = AbortSignal.timeout(patienceMs);
  try {
    const devices = await provider.listDevices(AbortSignal.any([signal, limit]));
    return { provider: provider.id, kind: 'devices', devices };
  } catch (thrown) {
    const error = limit.aborted ? tooSlow(provider, patienceMs) : toXepaError(thrown);
    return { provider: provider.id, kind: 'failed', error };
  }
}

function tooSlow({ title }: Provider, patienceMs: number): XepaError {
  return new XepaError('provider-unavailable', {
    message: `no list of devices within ${patienceMs} ms`,
    userMessage: `${title} did not give its whole list of devices within ${Math.ceil(patienceMs / 60_000)} min.`,
    retry: 'backoff',
  });
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
  const tell = createTelling(deps.log);
  let reading = false;
  const refresh = async () => {
    if (reading) return;
    reading = true;
    try {
      const mine = await deps.redis.set('xepa:inventory:turn', '1', 'PX', Math.round(deps.periodMs * 0.9), 'NX');
      if (mine !== 'OK') return;
      const before = await deps.inventory.read();
      const inventory = await readInventory(deps.providers, before, { clock: deps.clock, signal: stop.signal });
      await deps.inventory.write(inventory);
      tell(inventory.problems);
    } catch (err) {
      if (!stop.signal.aborted) deps.log.warn({ err }, 'the inventory could not be read');
    } finally {
      reading = false;
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

/** Tells of a provider's trouble when it begins, is another one, and has ended: not at every reading. */
function createTelling(log: Logger): (problems: Inventory['problems']) => void {
  let told = new Map<string, string>();
  return (problems) => {
    const now = new Map(problems.map(({ provider, message }) => [provider, message]));
    for (const [provider, problem] of now) {
      if (told.get(provider) !== problem) log.warn({ provider, problem }, 'a provider did not tell its devices well');
    }
    for (const provider of told.keys()) {
      if (!now.has(provider)) log.info({ provider }, 'a provider tells its devices again');
    }
    told = now;
  };
}
