import { expect, it } from 'vitest';
import { createByteBudget, shareOf } from '../../../web-console/recordings/byte-budget.ts';

it('no share takes more than its own, nor all of them more than there is', () => {
  const all = createByteBudget(100);
  const [one, other] = [shareOf(all, 60), shareOf(all, 60)];
  expect([one.take(61), one.take(60), other.take(41), other.take(40)]).toEqual([false, true, false, true]);
  one.give(60);
  expect([other.take(21), other.take(20), one.take(41), one.take(40)]).toEqual([false, true, false, true]);
});
