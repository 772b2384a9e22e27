import { expect, it } from 'vitest';
import { nextLookMs } from '../../../worker/steps/next-look.ts';

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
