import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { connectRedis } from '../../core/redis.ts';
import { createResetLedger, type LedgerOptions, type ResetLedger } from '../../worker/providers/reset-ledger.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

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

const open = (options: Partial<LedgerOptions> = {}): ResetLedger =>
  createResetLedger(redis, { provider: { id: 'p', title: 'Provider' }, limit: 3, windowMs: 3_600_000, ...options });

describe('the history of restarts', () => {
  it('tells one that was taken from one whose fate nobody knows', async () => {
    const ledger = open();
    expect([await ledger.count('d'), await ledger.since('d', 0)]).toEqual([0, 'none']);
    await ledger.take('d');
    expect([await ledger.count('d'), await ledger.since('d', 0)]).toEqual([1, 'unsure']);
    await ledger.heard('d');
    expect([await ledger.since('d', 0), await ledger.since('d', 1)]).toEqual(['heard', 'none']);
    await ledger.take('d');
    expect([await ledger.since('d', 0), await ledger.since('d', 1)]).toEqual(['unsure', 'unsure']);
  });

  it('forgets one that the provider refused', async () => {
    const ledger = open();
    await ledger.take('d');
    await ledger.heard('d');
    await ledger.take('d');
    await ledger.refused('d');
    expect([await ledger.count('d'), await ledger.since('d', 0), await ledger.since('d', 1)]).toEqual([
      1,
      'heard',
      'none',
    ]);
  });

  it('is of each device and provider alone, and the same for every worker', async () => {
    await open().take('d');
    expect(await open().count('d')).toBe(1);
    expect(await open().count('other')).toBe(0);
    expect(await open({ provider: { id: 'q', title: 'Q' } }).count('d')).toBe(0);
  });
});

describe('the budget of restarts', () => {
  it('is shared by all workers and devices, refuses with the time of the next one, and notes nothing then', async () => {
    for (const device of ['a', 'b', 'c']) await open().take(device);
    const refusal = {
      ...{ code: 'provider-rate-limited', retry: 'backoff' },
      userMessage:
        'Provider allows 3 restarts of servers within 60 minutes, and XEPA has used them. The next one is possible in 60 minutes; XEPA tries again by itself then.',
    };
    await expect(open().room()).rejects.toMatchObject(refusal);
    await expect(open().take('d')).rejects.toMatchObject(refusal);
    const error: unknown = await open()
      .room()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      retryAfterSeconds: expect.toSatisfy((seconds) => seconds > 3_500 && seconds <= 3_600),
    });
    expect(await open().count('d')).toBe(0);
  });

  it('lets exactly as many through as there are, however many workers ask at once', async () => {
    const asked = Array.from({ length: 12 }, (_, number) => open().take(`d-${number}`));
    const fates = await Promise.allSettled(asked);
    expect(fates.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('has room again when the first one is old enough', async () => {
    const quick = () => open({ limit: 1, windowMs: 1_000 });
    await quick().take('d');
    await expect(quick().take('d')).rejects.toMatchObject({ retryAfterSeconds: 1 });
    await vi.waitFor(() => quick().room());
    await quick().take('d');
    expect(await quick().count('d')).toBe(2);
  });

  it('is used up also by what the provider refused', async () => {
    const ledger = open({ limit: 1 });
    await ledger.take('d');
    await ledger.refused('d');
    await expect(ledger.room()).rejects.toMatchObject({ code: 'provider-rate-limited' });
  });
});
