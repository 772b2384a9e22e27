import { describe, expect, it } from 'vitest';
import { IdleWatch } from '../../web-console/idle-watch.ts';

const minute = 60_000;

describe('the idle watch', () => {
  it('warns once two minutes before, and then closes', () => {
    const watch = new IdleWatch(30 * minute, 0);
    expect(watch.check(27 * minute)).toBeNull();
    expect(watch.check(28 * minute)).toEqual({ kind: 'warn', secondsLeft: 120 });
    expect(watch.check(29 * minute)).toBeNull();
    expect(watch.check(30 * minute)).toEqual({ kind: 'idle' });
  });

  it('takes the warning back at the first input, and starts anew', () => {
    const watch = new IdleWatch(30 * minute, 0);
    expect(watch.touch(minute)).toBe(false);
    watch.check(29 * minute);
    expect(watch.touch(29 * minute)).toBe(true);
    expect(watch.check(31 * minute)).toBeNull();
    expect(watch.check(57 * minute)).toEqual({ kind: 'warn', secondsLeft: 120 });
  });
});
