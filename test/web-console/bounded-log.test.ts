import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createBoundedLog } from '../../web-console/bounded-log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function aLog() {
  const lines: [object, string][] = [];
  const log = { info: (fields: object, text: string) => void lines.push([fields, text]) };
  return { lines, remark: createBoundedLog(log as never, 3, 60_000) };
}

it('writes so many of a text, counts the rest, and tells the count when the minute is over', () => {
  const { lines, remark } = aLog();
  for (let i = 0; i < 10; i += 1) remark({ i }, 'refused');
  remark({}, 'another text');
  expect(lines.map(([, text]) => text)).toEqual(['refused', 'refused', 'refused', 'another text']);
  vi.advanceTimersByTime(60_000);
  expect(lines.at(-1)).toEqual([{ what: 'refused', untold: 7 }, 'more of the same was not written']);
  expect(lines).toHaveLength(5);
});

it('begins anew with each minute, and tells no count where nothing was left out', () => {
  const { lines, remark } = aLog();
  for (let i = 0; i < 3; i += 1) remark({}, 'refused');
  vi.advanceTimersByTime(60_000);
  for (let i = 0; i < 3; i += 1) remark({}, 'refused');
  vi.advanceTimersByTime(60_000);
  expect(lines.map(([, text]) => text)).toEqual(Array(6).fill('refused'));
});
