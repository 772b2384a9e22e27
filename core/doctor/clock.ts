import { type Finding, ok } from './check.ts';

/**
 * Compares a clock with ours.
 * @param clock `aheadMs`: how far it is ahead of ours; negative when it is behind. `beyond` makes the finding of a gap.
 */
export function judgeSkew(clock: {
  whose: string;
  aheadMs: number;
  limitMs: number;
  beyond: (says: string) => Finding;
}): Finding {
  const { whose, aheadMs, limitMs, beyond } = clock;
  const gap = `${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} ours`;
  if (Math.abs(aheadMs) > limitMs) return beyond(`the clock of ${whose} is ${gap}`);
  return ok(`the clock of ${whose} is within ${limitMs / 1000} s of ours`);
}
