import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createUpdateBudget, type UpdateBudget } from '../../bot/update-budget.ts';
import type { Urgency } from '../../bot/urgency.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { connectRedis } from '../../core/redis.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

let server: EmbeddedRedis;
let redis: Redis;
let clock: FakeClock;
let budget: UpdateBudget;

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'consumer');
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await redis.flushall();
  clock = new FakeClock(10_000_000);
  budget = createUpdateBudget({ redis, clock, teamId: 'T1' });
});

const wish = (installId: string, urgency: Urgency, lastAt = clock.now() - 20_000) => ({
  installId,
  key: 'root',
  urgency,
  lastAt,
});
/** Asks for as many edits as are given at once. */
async function drain(urgency: Urgency): Promise<number> {
  let taken = 0;
  while ((await budget.take({ ...wish(`xe-${urgency}${taken}`, urgency), key: 'drain' })) === 0) taken += 1;
  return taken;
}

interface Waiter {
  installId: string;
  urgency: Urgency;
  lastAt: number;
  at: number;
}

/**
 * Lets many ask as bots do: each comes back when it was told to. A waiter that was served begins anew when `again`
 * says so. Answers with who was served when.
 */
async function serve(waiters: Waiter[], ms: number, again: boolean): Promise<Waiter[]> {
  const end = clock.now() + ms;
  const served: Waiter[] = [];
  let queue = waiters;
  for (;;) {
    queue = queue.toSorted((one, other) => one.at - other.at);
    const [next, ...rest] = queue;
    if (!next || next.at > end) return served;
    clock.forward(Math.max(0, next.at - clock.now()));
    const wait = await budget.take({ ...next, key: 'root' });
    const now = clock.now();
    if (wait === 0) served.push({ ...next, at: now });
    const back = wait > 0 ? { ...next, at: now + wait } : { ...next, lastAt: now, at: now + 1_000 };
    queue = wait > 0 || again ? [...rest, back] : rest;
  }
}

const group = (count: number, urgency: Urgency, lastAt = clock.now() - 20_000): Waiter[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ installId: `xe-${urgency}-${index}`, urgency, lastAt, at: clock.now() + index },
  }));

const busiestMinute = (served: readonly Waiter[]) =>
  Math.max(...served.map(({ at }) => served.filter((one) => one.at >= at && one.at < at + 60_000).length));

describe('the budget of edits', () => {
  test('keeps a part for each that is more urgent', async () => {
    const taken: number[] = [];
    for (const urgency of ['percent', 'heartbeat', 'step', 'failure', 'decision'] as const) {
      taken.push(await drain(urgency));
    }
    expect(taken).toEqual([6, 0, 2, 1, 1]);
  });

  test('serves the most urgent first, whoever asked first', async () => {
    await drain('decision');
    const order = ['percent', 'heartbeat', 'step', 'failure', 'decision'] as const;
    const served = await serve(
      order.flatMap((urgency) => group(2, urgency)),
      120_000,
      false,
    );
    expect(served.map((one) => one.urgency)).toEqual(order.toReversed().flatMap((urgency) => [urgency, urgency]));
  });

  test('of equals it serves the one whose message is the oldest', async () => {
    await drain('decision');
    const ages = [30_000, 50_000, 40_000];
    const waiters = ages.flatMap((age) =>
      group(1, 'step', clock.now() - age).map((one) => ({ ...one, installId: `xe-${age}` })),
    );
    const served = await serve(waiters, 60_000, false);
    expect(served.map((one) => one.installId)).toEqual(['xe-50000', 'xe-40000', 'xe-30000']);
  });

  test('lets nobody starve: steps without end do not keep a number from growing for ever', async () => {
    const percent = group(1, 'percent');
    const served = await serve([...group(60, 'step'), ...percent], 300_000, true);
    const times = served.filter((one) => one.urgency === 'percent').map((one) => one.at);
    expect(times.length).toBeGreaterThanOrEqual(2);
    expect(busiestMinute(served)).toBeLessThanOrEqual(40);
  });

  test.each([5, 20, 30])('gives each of %i running installs its edit every minute', async (count) => {
    const served = await serve(group(count, 'percent'), 600_000, true);
    expect(busiestMinute(served)).toBeLessThanOrEqual(40);
    // All of them start in the same moment; two minutes later they have spread.
    const later = served.filter((one) => one.at > 10_120_000);
    const gaps = Array.from({ length: count }, (_, index) => {
      const times = later.filter((one) => one.installId === `xe-percent-${index}`).map((one) => one.at);
      expect(times.length).toBeGreaterThanOrEqual(7);
      return Math.max(...times.map((at, nth) => at - (times[nth - 1] ?? at)));
    });
    expect(Math.max(...gaps)).toBeLessThanOrEqual(61_000);
  });

  test('an install alone tells its numbers every three seconds, among twenty every thirty', async () => {
    const alone = await serve(group(1, 'percent', clock.now()), 30_000, true);
    expect(alone.map((one) => one.at - 10_000_000)).toEqual(
      [3, 6, 9, 12, 15, 18, 21, 24, 27, 30].map((s) => s * 1_000),
    );
    await serve(group(20, 'percent', clock.now()), 1_000, true);
    expect(await budget.take(wish('xe-percent-3', 'percent', clock.now() - 10_000))).toBeGreaterThan(19_000);
  });

  test('paused, it lets nothing through but decisions', async () => {
    await budget.pause(30);
    const asked = ['percent', 'heartbeat', 'step', 'failure', 'decision'] as const;
    const waits: number[] = [];
    for (const urgency of asked) waits.push(await budget.take(wish(`xe-${urgency}`, urgency)));
    expect(waits).toEqual([30_000, 30_000, 30_000, 30_000, 0]);
    clock.forward(30_000);
    expect(await budget.take(wish('xe-step', 'step'))).toBe(0);
  });

  test('gives up the place of one that does not come back', async () => {
    await drain('decision');
    expect(await budget.take(wish('xe-dead', 'failure'))).toBeGreaterThan(0);
    const [first] = await serve(group(1, 'step'), 60_000, false);
    expect((first?.at ?? 0) - 10_000_000).toBeLessThan(12_000);
  });

  test('pays no time out twice to bots whose clocks differ', async () => {
    await drain('decision');
    const behind = createUpdateBudget({ redis, clock: { now: () => clock.now() - 60_000 }, teamId: 'T1' });
    let taken = 0;
    for (let round = 0; round < 20; round += 1) {
      for (const one of [budget, behind]) {
        if ((await one.take(wish(`xe-${round}`, 'decision'))) === 0) taken += 1;
      }
    }
    expect(taken).toBe(0);
  });
});
