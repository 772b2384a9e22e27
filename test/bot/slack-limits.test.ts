import { expect, test } from 'vitest';
import { createSlackLimits } from '../fakes/slack-proxy/slack-limits.ts';

const seconds = (count: number) => count * 1_000;

test('Slack takes fifty edits in any minute, and says when the next one may come', () => {
  const limits = createSlackLimits();
  const edit = (at: number) => limits('chat.update', {}, at);
  const first = Array.from({ length: 51 }, (_, index) => edit(seconds(index / 2)));
  expect(first.slice(0, 50).every((wait) => wait === null)).toBe(true);
  expect([first[50], edit(seconds(60))]).toEqual([35, null]);
});

test('Slack takes a short burst of posts in a channel, then one a second, and counts each channel apart', () => {
  const limits = createSlackLimits();
  const post = (channel: string, at: number) => limits('chat.postMessage', { channel }, at);
  const burst = Array.from({ length: 6 }, () => post('C1', 0));
  expect(burst).toEqual([null, null, null, null, null, 1]);
  expect([post('C2', 0), post('C1', 500), post('C1', 1_000), post('C1', 1_100)]).toEqual([null, 1, null, 1]);
  expect(limits('users.info', {}, 0)).toBeNull();
});
