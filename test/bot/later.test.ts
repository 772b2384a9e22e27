import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLater, type Later } from '../../bot/later.ts';

const rung: string[] = [];
let later: Later;

beforeEach(() => {
  vi.useFakeTimers();
  rung.length = 0;
  later = createLater((id) => void rung.push(id));
});
afterEach(() => {
  later.close();
  vi.useRealTimers();
});

test('an install is looked at once, at the soonest time that was asked for', () => {
  later('a', 60_000);
  later('a', 2_000);
  later('a', 30_000);
  vi.advanceTimersByTime(1_999);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(100_000);
  expect(rung).toEqual(['a']);
});

test('after it was looked at it may be asked for again; closing forgets everything', () => {
  later('a', 10);
  vi.advanceTimersByTime(10);
  later('a', 10);
  later('b', 20);
  vi.advanceTimersByTime(10);
  later.close();
  vi.advanceTimersByTime(100);
  expect(rung).toEqual(['a', 'a']);
});
