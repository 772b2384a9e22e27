import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isComplete, missing } from '../../core/approval-votes.ts';
import type { Need, Vote } from '../../core/contracts/approval.ts';

const people = ['U01', 'U02', 'U03', 'U04', 'U05'];
const requester = 'U00';

function need(label: string, count: number): Need {
  return { label, count, users: [], groups: [] };
}

function vote(id: string, fits: number[], stepUp: Vote['stepUp'] = 'not-needed'): Vote {
  return { by: { via: 'slack', id }, at: 1, fits, stepUp };
}

function gaps(needs: readonly Need[], votes: readonly Vote[]): number {
  return missing(needs, votes, requester).reduce((sum, { count }) => sum + count, 0);
}

/** The most places that can be filled, by trying everything. */
function mostByForce(counts: readonly number[], choices: readonly (readonly number[])[]): number {
  const [mine, ...others] = choices;
  if (!mine) return 0;
  const without = mostByForce(counts, others);
  const withMe = mine
    .filter((index) => (counts[index] ?? 0) > 0)
    .map((index) => {
      const left = counts.map((count, at) => (at === index ? count - 1 : count));
      return 1 + mostByForce(left, others);
    });
  return Math.max(without, ...withMe);
}

const needsOf = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });
const fitsOf = fc.uniqueArray(fc.nat({ max: 3 }), { maxLength: 3 });
const votesOf = fc
  .array(fc.record({ who: fc.constantFrom(...people), fits: fitsOf }), { maxLength: 5 })
  .map((all) => all.map(({ who, fits }) => vote(who, fits)));

describe('what is still missing', () => {
  const leads = need('sre-leads', 1);
  const dba = need('dba', 1);

  test.each<[string, Need[], Vote[], ReturnType<typeof missing>]>([
    [
      'nothing was said yet',
      [leads, dba],
      [],
      [
        { label: 'sre-leads', count: 1 },
        { label: 'dba', count: 1 },
      ],
    ],
    ['one of two has spoken', [leads, dba], [vote('U01', [0])], [{ label: 'dba', count: 1 }]],
    ['one person fits both', [leads, dba], [vote('U01', [0, 1])], [{ label: 'dba', count: 1 }]],
    ['the flexible one must move on', [leads, dba], [vote('U01', [0, 1]), vote('U02', [0])], []],
    ['a proven vote was not judged', [leads], [vote('U01', [0], 'shown')], [{ label: 'sre-leads', count: 1 }]],
    ['a vote fits nothing', [leads], [vote('U01', [])], [{ label: 'sre-leads', count: 1 }]],
    ['a vote names a need that is not there', [leads], [vote('U01', [7])], [{ label: 'sre-leads', count: 1 }]],
    [
      'two are needed and one clicks twice',
      [need('dba', 2)],
      [vote('U01', [0]), vote('U01', [0])],
      [{ label: 'dba', count: 1 }],
    ],
    ['a passkey is awaited', [leads], [vote('U01', [0], 'awaited')], [{ label: 'sre-leads', count: 1 }]],
    ['the passkey was shown', [leads], [vote('U01', [0], 'done')], []],
    ['it is the requester', [leads], [vote(requester, [0])], [{ label: 'sre-leads', count: 1 }]],
  ])('is right when %s', (_when, needs, votes, expected) => {
    expect(missing(needs, votes, requester)).toEqual(expected);
    expect(isComplete({ needs, votes }, requester)).toBe(expected.length === 0);
  });

  test('is the least that a dealing of people to places can reach', () => {
    fc.assert(
      fc.property(needsOf, votesOf, (counts, votes) => {
        const needs = counts.map((count, index) => need(`n${index}`, count));
        const choices = people.map((id) => [
          ...new Set(votes.filter(({ by }) => by.id === id).flatMap(({ fits }) => fits)),
        ]);
        const places = counts.reduce((sum, count) => sum + count, 0);
        expect(gaps(needs, votes)).toBe(places - mostByForce(counts, choices));
      }),
    );
  });

  test('never grows by a further vote, shrinks by one at most, and does not depend on the order', () => {
    fc.assert(
      fc.property(needsOf, votesOf, fc.constantFrom(...people), fitsOf, (counts, votes, who, fits) => {
        const needs = counts.map((count, index) => need(`n${index}`, count));
        const before = gaps(needs, votes);
        const after = gaps(needs, [...votes, vote(who, fits)]);
        expect(before - after === 0 || before - after === 1).toBe(true);
        expect(gaps(needs, [...votes].reverse())).toBe(before);
      }),
    );
  });

  test('is moved neither by votes that await a passkey nor by the requester', () => {
    fc.assert(
      fc.property(needsOf, votesOf, fitsOf, (counts, votes, fits) => {
        const needs = counts.map((count, index) => need(`n${index}`, count));
        const idle = [vote('U09', fits, 'awaited'), vote(requester, fits), vote(requester, fits, 'done')];
        expect(missing(needs, [...idle, ...votes], requester)).toEqual(missing(needs, votes, requester));
      }),
    );
  });
});
