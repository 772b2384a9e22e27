import { expect, test } from 'vitest';
import { createPlaySessions, PLAY_SECONDS } from '../../web-console/recordings/play-sessions.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { useRedis } from '../support/use-redis.ts';

const redis = useRedis();
const clock = new FakeClock(Date.now());
const one = { installId: 'xe-one', recording: 'r1', slackUser: 'U01ALICE' };
const two = { installId: 'xe-two', recording: 'r2', slackUser: 'U01ALICE' };

test('a recording may be played for its two hours, however many links the browser opens meanwhile', async () => {
  const sessions = createPlaySessions({ redis: redis(), clock });
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
  await redis().flushall();
  const sessions = createPlaySessions({ redis: redis(), clock });
  const secret = await sessions.open(one, null);
  const [key = ''] = await redis().keys('*');
  await redis().hset(key, 'r1', JSON.stringify(one));
  expect(await sessions.find(secret, 'xe-one', 'r1')).toEqual(one);
});
