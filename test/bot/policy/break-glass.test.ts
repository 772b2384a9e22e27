import { expect, test } from 'vitest';
import { breakTheGlass, isInEffect, reviewObstacle, reviewState } from '../../../bot/policy/break-glass.ts';
import type { BreakGlassTerms } from '../../../bot/policy/types.ts';
import { alice, bob, himself, NOON, person, TEAM } from '../../support/situations.ts';

const terms: BreakGlassTerms = {
  roles: ['commander'],
  reasonMin: 20,
  delayMs: 60_000,
  reviewWithinMs: 86_400_000,
  notify: [],
};
const glass = breakTheGlass(terms, { via: 'slack', id: 'U02BOB' }, ' The cluster is down. ', NOON);
const reviewed = { ...glass, review: { by: { via: 'slack' as const, id: 'U03' }, at: NOON, note: 'fine' } };

test('a broken glass takes effect after its delay, and is to be reviewed from then on', () => {
  expect(glass).toEqual({
    by: { via: 'slack', id: 'U02BOB' },
    at: NOON,
    reason: 'The cluster is down.',
    effectiveAt: NOON + 60_000,
    reviewBy: NOON + 60_000 + 86_400_000,
  });
  expect(isInEffect(glass, NOON + 59_999)).toBe(false);
  expect(isInEffect(glass, NOON + 60_000)).toBe(true);
});

test('a review stays open until it is done, however late', () => {
  expect(reviewState(glass, NOON)).toBe('open');
  expect(reviewState(glass, glass.reviewBy - 1)).toBe('open');
  expect(reviewState(glass, glass.reviewBy)).toBe('overdue');
  expect(reviewState(glass, glass.reviewBy * 2)).toBe('overdue');
  expect(reviewState(reviewed, glass.reviewBy * 2)).toBe('done');
});

test.each([
  ['somebody else may', glass, person('U03'), null],
  ['who broke it may not', glass, bob, 'You broke the glass, so somebody else has to review it.'],
  ['for whom it was broken may not', glass, alice, 'You asked for this install, so somebody else has to review it.'],
  ['once is enough', reviewed, person('U04'), 'This was reviewed already.'],
  [
    'a guest may not',
    glass,
    person('U03', { isRestricted: true }),
    'Guests may not do this; a full member of this workspace has to.',
  ],
  ['a bot may not', glass, person('U03', { isBot: true }), 'Bots and apps may not do this; a person has to.'],
])('review: %s', (_name, of, who, expected) => {
  expect(reviewObstacle(of, { person: who, requester: 'U01ALICE', humanOf: himself, teamId: TEAM })).toBe(expected);
});

test('review: the other account of who broke it, or of who asked, may not either', () => {
  const humanOf = (id: string) => ({ U02OTHER: 'U02BOB', U01OTHER: 'U01ALICE' })[id] ?? id;
  const parts = { requester: 'U01ALICE', humanOf, teamId: TEAM };
  expect(reviewObstacle(glass, { ...parts, person: person('U02OTHER') })).toContain('You broke the glass');
  expect(reviewObstacle(glass, { ...parts, person: person('U01OTHER') })).toContain('You asked for this install');
  expect(reviewObstacle(glass, { ...parts, person: person('U03') })).toBeNull();
});
