import { describe, expect, it } from 'vitest';
import { judgeAge } from '../../../worker/host/boot-age.ts';

const restart = { agoMs: 40_000, oneClock: true, bootIdBefore: 'b-1' };

describe('judgeAge', () => {
  it.each([
    ['started after its restart was asked for', 30_000, true],
    ['started as its restart was asked for, by a clock that runs a little fast', 41_000, true],
    ['started a while before', 50_000, false],
    ['does not tell', null, true],
  ])('by one clock: what %s', (_what, uptimeMs, isNew) => {
    expect(judgeAge({ bootId: 'b-2', uptimeMs }, restart)).toHaveLength(isNew ? 0 : 1);
  });

  it('leaves more room where two workers have looked at a clock each', () => {
    const two = { ...restart, oneClock: false };
    expect(judgeAge({ bootId: 'b-2', uptimeMs: 90_000 }, two)).toEqual([]);
    expect(judgeAge({ bootId: 'b-2', uptimeMs: 101_000 }, two)).toHaveLength(1);
  });

  it('knows the system of before by its boot id, however long it runs', () => {
    expect(judgeAge({ bootId: 'b-1', uptimeMs: null }, restart)).toEqual([expect.stringContaining('of before')]);
    expect(judgeAge({ bootId: 'b-1', uptimeMs: 1 }, { ...restart, bootIdBefore: undefined })).toEqual([]);
  });
});
