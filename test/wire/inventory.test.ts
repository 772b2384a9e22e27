import { PassThrough } from 'node:stream';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { XepaError } from '../../core/errors.ts';
import { createInventoryStore } from '../../core/inventory-store.ts';
import { createLogger } from '../../core/log.ts';
import { connectRedis } from '../../core/redis.ts';
import { startInventory } from '../../worker/inventory.ts';
import type { Provider } from '../../worker/providers/types.ts';
import { ModelProvider } from '../fakes/model-provider.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

const soon = { timeout: 10_000, interval: 10 };

let server: EmbeddedRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'producer');
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(() => redis.flushall());

/** A worker's inventory of one provider, whose answers the test decides, and what it logs. */
function started(listDevices: Provider['listDevices']) {
  const lines = new PassThrough();
  const logged: string[] = [];
  lines.on('data', (line) => logged.push(String(line)));
  const provider = new ModelProvider();
  let asked = 0;
  provider.listDevices = (signal) => {
    asked += 1;
    return listDevices(signal);
  };
  const store = createInventoryStore(redis);
  const running = startInventory({
    ...{ redis, inventory: store, providers: new Map([[provider.id, provider]]), clock: systemClock },
    ...{ log: createLogger('test', 'info', lines), periodMs: 20 },
  });
  return { running, store, logged, asked: () => asked };
}

/** Waits until it was asked so many times more. */
async function readings(at: { asked(): number }, count: number): Promise<void> {
  const from = at.asked();
  await vi.waitFor(() => expect(at.asked()).toBeGreaterThanOrEqual(from + count), soon);
}

it('tells of a trouble when it begins and when it has ended, not at every reading', async () => {
  let refuses = true;
  const at = started(async () => {
    if (!refuses) return [];
    throw new XepaError('provider-auth', { message: 'm', userMessage: 'In the account `berlin`: refused.' });
  });
  await readings(at, 4);
  expect(at.logged).toHaveLength(1);
  expect(at.logged[0]).toContain('In the account `berlin`: refused.');
  refuses = false;
  await vi.waitFor(() => expect(at.logged).toHaveLength(2), soon);
  expect(at.logged[1]).toContain('a provider tells its devices again');
  at.running.close();
});

it('reads one at a time, and a worker that ends in the middle leaves the list as it was', async () => {
  const kept = { at: 7, devices: [{ provider: 'equinix-metal', id: '1', name: 'web-01', tags: [] }], problems: [] };
  await createInventoryStore(redis).write(kept);
  const cut = Promise.withResolvers<void>();
  const at = started(
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason);
          cut.resolve();
        });
      }),
  );
  await vi.waitFor(() => expect(at.asked()).toBe(1), soon);
  // Its turn has run out by now, and another one would be free.
  await vi.waitFor(async () => expect(await redis.exists('xepa:inventory:turn')).toBe(0), soon);
  at.running.close();
  await cut.promise;
  await redis.ping();
  expect([at.asked(), await at.store.read(), at.logged]).toEqual([1, kept, []]);
});

it('replaces a list that is not understood', async () => {
  await redis.set('xepa:inventory', '{"devices": "soon"');
  const at = started(async () => [{ provider: 'equinix-metal', id: '1', name: 'web-01', tags: [] }]);
  await vi.waitFor(async () => expect((await at.store.read())?.devices).toHaveLength(1), soon);
  at.running.close();
});
