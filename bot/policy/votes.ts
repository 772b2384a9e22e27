import type { Need, Vote } from '../../core/contracts/approval.ts';
import { outsiderReason } from './full-member.ts';
import { isNamed } from './roles.ts';
import type { Person } from './types.ts';

/** An approval request, and who asked: their own vote never counts. */
export interface Ballot {
  needs: readonly Need[];
  votes: readonly Vote[];
  /** Slack user id. */
  requester: string;
  /** Tells which human is behind a Slack user id: some have several accounts. */
  humanOf(slackUser: string): string;
}

/** Positions in `needs` that this person can fill. Both lists empty: any full member can. */
export function fitsOf(person: Pick<Person, 'id' | 'groups'>, needs: readonly Need[]): number[] {
  return needs.flatMap((need, index) =>
    need.users.length + need.groups.length === 0 || isNamed(need, person) ? [index] : [],
  );
}

/** Why this person's yes would not count; null when it does. Asked at the click, of the person who clicked. */
export function voteObstacle(ballot: Ballot, person: Person, teamId: string): string | null {
  const { humanOf } = ballot;
  const own = ballot.votes.find(({ by }) => humanOf(by.id) === humanOf(person.id));
  if (own && own.by.id !== person.id) return 'You have voted on this with your other account; another person has to.';
  if (own?.stepUp === 'shown') return 'Your vote is there, and XEPA is looking whether it may count now.';
  if (own?.stepUp === 'awaited') return 'Your vote is there, but it counts only once you have used your passkey.';
  if (own) return 'You have voted on this already; another person has to.';
  return denyObstacle(ballot, person, teamId);
}

/** Why this person may not say no; null when they may. Somebody who said yes may think better of it. */
export function denyObstacle({ needs, requester, humanOf }: Ballot, person: Person, teamId: string): string | null {
  const outside = outsiderReason(person, teamId);
  if (outside !== null) return outside;
  if (humanOf(person.id) === humanOf(requester)) {
    return 'You asked for this install, so somebody else has to decide. You can still cancel it.';
  }
  if (fitsOf(person, needs).length > 0) return null;
  return `Only these may decide: ${[...new Set(needs.map(({ label }) => label))].join(', ') || 'nobody'}.`;
}
