import { expect, test } from 'vitest';
import { silentSince } from '../../bot/silence.ts';
import { rootMessage } from '../../bot/views/root-message.ts';
import { Phase } from '../../core/contracts/install.ts';
import { installAt } from '../support/records.ts';

const start = Date.UTC(2026, 10, 22, 10, 5);
const minute = 60_000;
const record = (parts = {}) => installAt('attend', {}, { updatedAt: start, ...parts });
const beat = { at: start + minute, next: start + 3 * minute };

test('a worker is late a minute after it should have looked again, or after it was woken', () => {
  expect(silentSince(record(), beat, beat.next + minute)).toBeUndefined();
  expect(silentSince(record(), beat, beat.next + minute + 1)).toBe(beat.at);
  expect(silentSince(record(), null, start + minute)).toBeUndefined();
  expect(silentSince(record(), null, start + minute + 1)).toBe(start);
});

test('what was written since, gives a worker its minute anew', () => {
  const updatedAt = start + 10 * minute;
  expect(silentSince(record({ updatedAt }), beat, updatedAt + minute)).toBeUndefined();
  expect(silentSince(record({ updatedAt }), beat, updatedAt + minute + 1)).toBe(beat.at);
});

test('only where a worker must go on, its silence means anything', () => {
  const late = Phase.options.filter((phase) => silentSince(record({ phase }), null, start + 10 * minute) !== undefined);
  expect(late).toEqual(['forward', 'undo']);
});

test('the message of an install says since when, and is otherwise the same', () => {
  const silent = JSON.stringify(rootMessage(record(), { progress: true, silentSince: start }));
  expect(silent).toContain(`since <!date^${start / 1000}^{date_short_pretty} {time}|2026-11-22 10:05 UTC>`);
  const { blocks, text } = rootMessage(record(), { progress: true, silentSince: start });
  const others = blocks.filter((block) => !JSON.stringify(block).includes('No signal'));
  expect({ text, blocks: others }).toEqual(rootMessage(record()));
  expect(blocks.length - others.length).toBe(1);
});
