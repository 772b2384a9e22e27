import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { humanOf } from '../../../bot/policy/same-person.ts';
import { type Ballot, denyObstacle, fitsOf, voteObstacle } from '../../../bot/policy/votes.ts';
import { isComplete, missing as stillMissing } from '../../../core/approval-votes.ts';
import type { Need, Vote } from '../../../core/contracts/approval.ts';
import { alice, bob, himself, need, person, policyOf, TEAM, vote } from '../../support/situations.ts';

const leads = need({ label: 'sre-leads', groups: ['S0LEADS'] });
const dba = need({ label: 'dba', groups: ['S0DBA'], users: ['U06ERIN'] });
const anybody = need();
const requester = 'U01ALICE';

const missing = ({ needs, votes, requester: id }: Omit<Ballot, 'humanOf'>) => stillMissing(needs, votes, id);
const enough = ({ needs, votes, requester: id }: Omit<Ballot, 'humanOf'>) =>
  isComplete({ needs: [...needs], votes: [...votes] }, id);

/** Labels of what is missing, each as often as it is. */
function gaps(needs: Need[], votes: Vote[]): string[] {
  return missing({ needs, votes, requester }).flatMap(({ label, count }) => Array<string>(count).fill(label));
}

test.each<[string, Need[], Vote[], string[]]>([
  ['nobody has voted', [leads, dba], [], ['sre-leads', 'dba']],
  ['one of two', [leads, dba], [vote('U02', [0])], ['dba']],
  ['both', [leads, dba], [vote('U02', [0]), vote('U03', [1])], []],
  ['one person of both groups fills one', [leads, dba], [vote('U02', [0, 1])], ['dba']],
  ['a person of both makes room for who is of one', [leads, dba], [vote('U02', [0, 1]), vote('U03', [0])], []],
  ['whatever the order', [leads, dba], [vote('U03', [1]), vote('U02', [0, 1])], []],
  [
    'a chain of people who make room',
    [leads, dba, anybody],
    [vote('U02', [0, 2]), vote('U03', [0, 1]), vote('U04', [0])],
    [],
  ],
  ['two of one group', [need({ label: 'l', count: 2 })], [vote('U02', [0])], ['l']],
  ['two votes of one person are one', [need({ label: 'l', count: 2 })], [vote('U02', [0]), vote('U02', [0])], ['l']],
  [
    'also by two ways',
    [need({ label: 'l', count: 2 })],
    [vote('U02', [0]), vote('U02', [0], { by: { via: 'console', id: 'U02' } })],
    ['l'],
  ],
  ['the requester does not count', [anybody], [vote(requester, [0])], ['somebody else']],
  ['a passkey that is awaited', [anybody], [vote('U02', [0], { stepUp: 'awaited' })], ['somebody else']],
  [
    'a passkey that was shown, and nobody has judged it',
    [anybody],
    [vote('U02', [0], { stepUp: 'shown' })],
    ['somebody else'],
  ],
  ['a passkey that was used', [anybody], [vote('U02', [0], { stepUp: 'done' })], []],
  [
    'an awaited vote does not hide a proven one',
    [anybody],
    [vote('U02', [0], { stepUp: 'awaited' }), vote('U02', [0], { stepUp: 'done' })],
    [],
  ],
  ['a process has no vote', [anybody], [vote('bot', [0], { by: { via: 'system', id: 'bot' } })], ['somebody else']],
  ['who fits nothing', [leads], [vote('U02', [])], ['sre-leads']],
  ['a place that is not there', [leads], [vote('U02', [1, -1])], ['sre-leads']],
])('missing: %s', (_name, needs, votes, expected) => {
  expect(gaps(needs, votes)).toEqual(expected);
  expect(enough({ needs, votes, requester })).toBe(expected.length === 0);
});

test('a request that needs nobody is not approved by that', () => {
  expect(missing({ needs: [], votes: [], requester })).toEqual([]);
  expect(enough({ needs: [], votes: [vote('U02', [0])], requester })).toBe(false);
});

test.each<[string, Parameters<typeof fitsOf>[0], number[]]>([
  ['a member of one group', { id: 'U02', groups: ['S0LEADS'] }, [0, 2]],
  ['somebody named by id', { id: 'U06ERIN', groups: [] }, [1, 2]],
  ['a member of both', { id: 'U02', groups: ['S0DBA', 'S0LEADS'] }, [0, 1, 2]],
  ['anybody', { id: 'U02', groups: ['S0OTHER'] }, [2]],
])('fits: %s', (_name, who, expected) => {
  expect(fitsOf(who, [leads, dba, anybody])).toEqual(expected);
});

describe('who may vote', () => {
  const ballot = {
    needs: [leads],
    votes: [
      vote('U03VOTED', [0]),
      vote('U04AWAITED', [0], { stepUp: 'awaited' }),
      vote('U05SHOWN', [0], { stepUp: 'shown' }),
    ],
    requester,
    humanOf: himself,
  };
  const groups = ['S0LEADS'];

  test.each([
    ['a lead', person('U02', { groups }), null],
    ['somebody of no group', bob, 'Only these may decide: sre-leads.'],
    [
      'the requester, though a lead',
      { ...alice, groups },
      'You asked for this install, so somebody else has to decide. You can still cancel it.',
    ],
    [
      'a guest',
      person('U02', { groups, isRestricted: true }),
      'Guests may not do this; a full member of this workspace has to.',
    ],
    ['a bot', person('U02', { groups, isBot: true }), 'Bots and apps may not do this; a person has to.'],
    ['somebody deactivated', person('U02', { groups, deleted: true }), 'This Slack account is deactivated.'],
    [
      'a stranger',
      person('U02', { groups, teamId: 'T09' }),
      'People of other organisations may not do this; a member of this workspace has to.',
    ],
    ['who has voted', person('U03VOTED', { groups }), 'You have voted on this already; another person has to.'],
    [
      'whose passkey is awaited',
      person('U04AWAITED', { groups }),
      'Your vote is there, but it counts only once you have used your passkey.',
    ],
    [
      'who has shown it just now',
      person('U05SHOWN', { groups }),
      'Your vote is there, and XEPA is looking whether it may count now.',
    ],
  ])('%s', (_name, who, expected) => {
    expect(voteObstacle(ballot, who, TEAM)).toBe(expected);
  });

  test('who said yes may still say no, who is nobody may not', () => {
    expect(denyObstacle(ballot, person('U03VOTED', { groups }), TEAM)).toBeNull();
    expect(denyObstacle(ballot, bob, TEAM)).toContain('sre-leads');
    expect(denyObstacle(ballot, { ...alice, groups }, TEAM)).toContain('You asked for this');
  });
});

describe('one human with two accounts', () => {
  const policy = policyOf(`
same_person: [[U02BOB, U07BOBADMIN], [U01ALICE, U08ALICE2]]
roles: { approver: { everyone: true } }
`);
  const ballot = (votes: Vote[]) => ({
    needs: [anybody],
    votes,
    requester,
    humanOf: (id: string) => humanOf(policy, id),
  });
  const other = person('U07BOBADMIN');

  test('votes once', () => {
    expect(voteObstacle(ballot([vote('U02BOB', [0])]), other, TEAM)).toContain('with your other account');
    expect(voteObstacle(ballot([]), other, TEAM)).toBeNull();
    const twice = ['U02BOB', 'U07BOBADMIN'].map((id) => vote(id, [0], { human: humanOf(policy, id) }));
    expect(gaps([need({ label: 'two', count: 2 })], twice)).toEqual(['two']);
  });

  test('decides nothing that they asked for with the other one', () => {
    expect(voteObstacle(ballot([]), person('U08ALICE2'), TEAM)).toContain('You asked for this install');
    const own = [vote('U08ALICE2', [0], { human: humanOf(policy, 'U08ALICE2') })];
    expect(gaps([anybody], own)).toEqual(['somebody else']);
  });

  test('may still say no to what they said yes to', () => {
    expect(denyObstacle(ballot([vote('U02BOB', [0])]), other, TEAM)).toBeNull();
  });
});

describe('for any needs and votes', () => {
  const ids = fc.constantFrom('U1', 'U2', 'U3', 'U4', requester);
  const needs = fc.array(
    fc.integer({ min: 1, max: 3 }).map((count) => need({ count })),
    { minLength: 1, maxLength: 4 },
  );
  const votes = fc.array(
    fc.record({
      by: fc.record({ via: fc.constantFrom('slack' as const, 'console' as const, 'system' as const), id: ids }),
      at: fc.nat(),
      fits: fc.uniqueArray(fc.nat(4)),
      stepUp: fc.constantFrom('not-needed' as const, 'awaited' as const, 'shown' as const, 'done' as const),
    }),
    { maxLength: 8 },
  );
  const proven: ReadonlySet<Vote['stepUp']> = new Set(['not-needed', 'done']);
  const total = (list: readonly Pick<Need, 'count'>[]) => list.reduce((sum, { count }) => sum + count, 0);
  const left = (of: Need[], cast: Vote[]) => total(missing({ needs: of, votes: cast, requester }));

  test('one person never satisfies two', () => {
    fc.assert(
      fc.property(needs, votes, ids, (of, cast, id) => {
        const alone = cast.map((one) => ({ ...one, by: { ...one.by, id } }));
        expect(left(of, alone)).toBeGreaterThanOrEqual(total(of) - 1);
      }),
    );
  });

  test('as many places are filled as there are people, at most', () => {
    fc.assert(
      fc.property(needs, votes, (of, cast) => {
        const people = new Set(cast.filter(({ stepUp }) => proven.has(stepUp)).map(({ by }) => by.id));
        people.delete(requester);
        expect(total(of) - left(of, cast)).toBeLessThanOrEqual(people.size);
      }),
    );
  });

  test('the requester’s vote changes nothing', () => {
    fc.assert(
      fc.property(needs, votes, (of, cast) => {
        const without = cast.filter(({ by }) => by.id !== requester);
        expect(missing({ needs: of, votes: cast, requester })).toEqual(
          missing({ needs: of, votes: without, requester }),
        );
      }),
    );
  });

  test('one more vote never makes more missing', () => {
    fc.assert(
      fc.property(needs, votes, votes, (of, cast, more) => {
        expect(left(of, [...cast, ...more])).toBeLessThanOrEqual(left(of, cast));
      }),
    );
  });

  test('no order of votes and no other way of giving people to needs fills more', () => {
    fc.assert(
      fc.property(needs, votes, (of, cast) => {
        expect(total(of) - left(of, cast)).toBe(mostByTrying(of, cast));
      }),
      { numRuns: 200 },
    );
  });

  /** The same by trying everything, for a few people. */
  function mostByTrying(of: Need[], cast: Vote[]): number {
    const seen = new Map<string, number[]>();
    for (const { by, fits, stepUp } of cast) {
      const counts = by.via !== 'system' && by.id !== requester && proven.has(stepUp);
      if (counts) seen.set(by.id, [...new Set([...(seen.get(by.id) ?? []), ...fits])]);
    }
    const best = (people: number[][], free: number[]): number => {
      const [first, ...others] = people;
      if (!first) return 0;
      const taken = first
        .filter((place) => (free[place] ?? 0) > 0)
        .map((place) => 1 + best(others, free.with(place, (free[place] ?? 0) - 1)));
      return Math.max(best(others, free), ...taken);
    };
    return best(
      [...seen.values()],
      of.map(({ count }) => count),
    );
  }
});
