import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askHealth } from '../../core/health-server.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const ok = async () => 'PONG';

describe('health', () => {
  it('is good while every part works', async () => {
    expect(await askHealth({ redis: ok, queue: ok })).toEqual({ healthy: true, parts: { redis: 'ok', queue: 'ok' } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('names the part that does not: one that refuses, one that throws at once', async () => {
    const refuses = () => Promise.reject(new Error('no'));
    const throws = () => {
      throw new Error('at once');
    };
    expect(await askHealth({ redis: ok, refuses, throws })).toEqual({
      healthy: false,
      parts: { redis: 'ok', refuses: 'down', throws: 'down' },
    });
  });

  it('does not wait for parts that say nothing, however many', async () => {
    const silent = () => new Promise<never>(() => undefined);
    const asked = askHealth({ a: silent, b: silent, c: ok }, 1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await asked).toEqual({ healthy: false, parts: { a: 'down', b: 'down', c: 'ok' } });
  });
});
