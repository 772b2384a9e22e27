import { expect, it } from 'vitest';
import { nextLookAtMs, nextLookMs } from '../../../worker/steps/next-look.ts';

it('looks soon at first, then seldom, and never later than it is told', () => {
  expect([0, 1_000, 8_000, 60_000].map((waited) => nextLookMs(waited, 2_000))).toEqual([250, 250, 1_000, 2_000]);
});

it('loses little of a wait by looking late, in few looks', () => {
  let [waited, looks] = [0, 0];
  while (waited < 16_000) {
    const next = nextLookMs(waited, 2_000);
    expect(next).toBeLessThanOrEqual(Math.max(250, waited / 8));
    waited += next;
    looks += 1;
  }
  expect(looks).toBeLessThan(30);
});

it('looks when the rest should have arrived, and as before where nobody knows', () => {
  const next = (done: number, total: number | null, perSecond?: number) =>
    nextLookAtMs({ done, total, ...(perSecond === undefined ? {} : { perSecond }) }, 8_000, 2_000);
  expect([next(0, 5_000, 1_000), next(4_300, 5_000, 1_000), next(4_990, 5_000, 1_000)]).toEqual([2_000, 700, 250]);
  const unknown = [next(0, null, 1_000), next(0, 5_000), next(0, 5_000, 0), next(5_000, 5_000, 1_000)];
  expect(unknown).toEqual([1_000, 1_000, 1_000, 1_000]);
});
