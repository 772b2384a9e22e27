import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lintMessage } from '../../../bot/block-kit/lint.ts';
import { sentence } from '../../../bot/views/message.ts';
import { when } from '../../../bot/views/when.ts';

const moment = Date.UTC(2026, 10, 27, 14, 5, 59, 999);

test('a moment is shown in the zone of the reader, and in UTC where that fails', () => {
  expect(when(moment)).toBe('<!date^1795788359^{date_short_pretty} {time}|2026-11-27 14:05 UTC>');
  expect(when(moment, 'time')).toBe('<!date^1795788359^{time}|14:05 UTC>');
});

test('a time that no calendar has is no reason to fail', () => {
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1]) expect(when(ms)).toBe('an unknown time');
});

test('every moment passes the lint', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.integer({ min: 0, max: 4_102_444_800_000 })), (ms) => {
      for (const style of ['moment', 'time'] as const) {
        expect(lintMessage(sentence(`Until ${when(ms, style)}.`))).toEqual({ ok: true });
      }
    }),
  );
});
