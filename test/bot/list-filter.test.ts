import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ListFilter, listStates, matches, pageOf, stateOf } from '../../bot/list-filter.ts';
import { parseSince } from '../../bot/since.ts';
import { Phase } from '../../core/contracts/install.ts';
import { anInstall } from '../support/an-install.ts';

const anything: ListFilter = { by: null, state: null, device: null };

describe('a filter', () => {
  test('that asks for nothing lets everything through', () => {
    for (const phase of Phase.options) expect(matches(anInstall({ phase }), anything)).toBe(true);
  });

  test('by state finds every install under exactly one state', () => {
    for (const phase of Phase.options) {
      const record = anInstall({ phase });
      const under = listStates.filter((state) => matches(record, { ...anything, state }));
      expect(under).toEqual([stateOf(record)]);
    }
    expect(
      ['approval', 'stuck', 'forward', 'undo', 'done', 'undone', 'denied'].map((phase) =>
        stateOf(anInstall({ phase: Phase.parse(phase) })),
      ),
    ).toEqual(['waiting', 'waiting', 'running', 'running', 'done', 'failed', 'failed']);
  });

  test.each([
    [{ by: 'U01ALICE' }, true],
    [{ by: 'U02BOB' }, false],
    [{ device: 'WEB-07' }, true],
    [{ device: 'equinix-metal/d-1' }, true],
    [{ device: 'web-0' }, false],
    [{ by: 'U01ALICE', device: 'web-08' }, false],
  ])('%j', (part, fits) => {
    expect(matches(anInstall(), { ...anything, ...part })).toBe(fits);
  });
});

test('pages hold everything once, in order, and a page too far is the last one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat()),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: -3, max: 99 }),
      (items, size, wanted) => {
        const { pages } = pageOf(items, 1, size);
        const all = Array.from({ length: pages }, (_, index) => pageOf(items, index + 1, size).items).flat();
        const one = pageOf(items, wanted, size);
        return (
          JSON.stringify(all) === JSON.stringify(items) &&
          one.page >= 1 &&
          one.page <= pages &&
          one.items.length <= size
        );
      },
    ),
  );
});

test.each([
  ['90m', 5_400_000],
  ['36h', 129_600_000],
  ['7d', 604_800_000],
  ['2W', 1_209_600_000],
])('%s is a time', (text, ms) => {
  expect(parseSince(text)).toBe(ms);
});

test.each(['7', 'd', '0d', '-1d', '7 d', '1.5h', '7d7d', '999999d', ''])('%j is none', (text) => {
  expect(() => parseSince(text)).toThrow();
});
