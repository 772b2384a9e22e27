import { expect, it } from 'vitest';
import { watchSilence } from '../../core/ssh/silence.ts';

it('counts from the last time that something was found to have arrived', () => {
  const socket = { bytesRead: 100 };
  let now = 1_000;
  const silentMs = watchSilence(socket, () => now);
  now = 4_000;
  expect(silentMs()).toBe(3_000);
  socket.bytesRead += 1;
  now = 6_000;
  expect(silentMs()).toBe(0);
  now = 6_500;
  expect(silentMs()).toBe(500);
});
