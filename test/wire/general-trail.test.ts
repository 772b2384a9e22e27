import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findBreak } from '../../core/audit-chain.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { createGeneralTrail, type DecideItem, type GeneralTrail } from '../../core/general-trail.ts';
import { connectRedis } from '../../core/redis.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { alice, bob } from '../support/an-install.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

let server: EmbeddedRedis;
let redis: Redis;
let trail: GeneralTrail;

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'producer');
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await redis.flushall();
  trail = createGeneralTrail({ redis, clock: new FakeClock() });
});

const place = { shelf: 'counters', item: 'one' };
const noteOf = (type: string) => ({ type, actor: alice, detail: { why: 'because' } });
const fault = async () => findBreak(await trail.events(), await trail.head());
const addOne: DecideItem = (json) => ({ json: String(Number(json ?? 0) + 1), note: noteOf('counted') });

describe('the general trail', () => {
  test('is whole before anything was written, and after', async () => {
    expect([await trail.events(), await fault()]).toEqual([[], null]);
    await trail.note(noteOf('refused'));
    await trail.note({ ...noteOf('frozen'), actor: bob });
    expect(await fault()).toBeNull();
    expect((await trail.events()).map(({ seq, rev, type, actor }) => [seq, rev, type, actor])).toEqual([
      [1, 1, 'refused', alice],
      [2, 2, 'frozen', bob],
    ]);
  });

  test('changes an item together with its event, and takes it away again', async () => {
    expect(await trail.change(place, addOne)).toEqual({ json: '1', changed: true });
    expect(await trail.find(place)).toBe('1');
    expect(await trail.items('counters')).toEqual(new Map([['one', '1']]));
    expect(await trail.change(place, () => ({ json: null, note: noteOf('gone') }))).toEqual({
      json: null,
      changed: true,
    });
    expect([await trail.find(place), await trail.items('counters')]).toEqual([null, new Map()]);
    expect((await trail.events()).map((event) => event.type)).toEqual(['counted', 'gone']);
  });

  test('writes nothing when there is nothing to change, or when deciding fails', async () => {
    await trail.change(place, addOne);
    expect(await trail.change(place, () => null)).toEqual({ json: '1', changed: false });
    const refuses: DecideItem = () => {
      throw new Error('no');
    };
    await expect(trail.change(place, refuses)).rejects.toThrow('no');
    await trail.change(place, addOne);
    expect((await trail.head()).seq).toBe(2);
  });

  test('loses none of many writers in several processes, and never forks', async () => {
    const others = await Promise.all(Array.from({ length: 4 }, () => connectRedis(server.url, 'producer')));
    const trails = others.map((connection) => createGeneralTrail({ redis: connection, clock: new FakeClock() }));
    const work = trails.flatMap((one) =>
      Array.from({ length: 25 }, (_, turn) =>
        turn % 5 === 0 ? one.note(noteOf('refused')) : one.change(place, addOne),
      ),
    );
    await Promise.all(work);
    expect(await trail.find(place)).toBe('80');
    expect([(await trail.events()).length, await fault()]).toEqual([100, null]);
    for (const connection of others) connection.disconnect();
  });

  test('is read whole when it is long', async () => {
    const count = 2_100;
    await Promise.all(Array.from({ length: count }, (_, index) => trail.note(noteOf(`event-${index}`))));
    expect([(await trail.events()).length, await fault()]).toEqual([count, null]);
  });

  test('tells what was changed, taken out, cut off or put on behind its back', async () => {
    for (const type of ['a', 'b', 'c']) await trail.note(noteOf(type));
    const key = 'xepa:{trail}:events';
    const entries = await redis.xrange(key, '-', '+');
    const [, second, third] = entries.map(([id]) => id);
    const forged = JSON.stringify({ ...(await trail.events())[2], type: 'nothing-happened' });
    await redis.xadd(key, '*', 'event', forged);
    expect(await fault()).toBe('event 4 is missing: number 3 stands in its place');
    await redis.xdel(key, third ?? '');
    expect(await fault()).toBe('event 3 was changed after it was written');
    await redis.xtrim(key, 'MAXLEN', 2);
    expect(await fault()).toContain('event 1 is missing');
    await redis.xdel(key, second ?? '');
    expect(await fault()).toContain('event 1 is missing');
  });

  test('keeps everything that one script touches in one slot of a cluster', async () => {
    await trail.change(place, addOne);
    const keys = await redis.keys('*');
    expect(keys.sort()).toEqual(['xepa:{trail}:events', 'xepa:{trail}:head', 'xepa:{trail}:shelf:counters']);
  });
});
