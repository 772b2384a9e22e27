import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { connectRedis } from '../../core/redis.ts';
import { createPlaySessions, PLAY_SECONDS } from '../../web-console/recordings/play-sessions.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

let server: EmbeddedRedis;
let redis: Redis;
const clock = new FakeClock(Date.now());
const one = { installId: 'xe-one', recording: 'r1', slackUser: 'U01ALICE' };
const two = { installId: 'xe-two', recording: 'r2', slackUser: 'U01ALICE' };

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'producer');
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

test('a recording may be played for its two hours, however many links the browser opens meanwhile', async () => {
  const sessions = createPlaySessions({ redis, clock });
  const first = await sessions.open(one, null);
  clock.forward((PLAY_SECONDS - 1) * 1_000);
  const second = await sessions.open(two, first);
  expect(await sessions.find(first, 'xe-one', 'r1')).toBeNull();
  expect(await sessions.find(second, 'xe-one', 'r1')).toEqual(one);
  clock.forward(1_000);
  expect(await sessions.find(second, 'xe-one', 'r1')).toBeNull();
  expect(await sessions.find(second, 'xe-two', 'r2')).toEqual(two);
});

test('what an older version wrote plays on', async () => {
  await redis.flushall();
  const sessions = createPlaySessions({ redis, clock });
  const secret = await sessions.open(one, null);
  const [key = ''] = await redis.keys('*');
  await redis.hset(key, 'r1', JSON.stringify(one));
  expect(await sessions.find(secret, 'xe-one', 'r1')).toEqual(one);
});
