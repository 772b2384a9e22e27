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
}

/** Positions in `needs` that this person can fill. Both lists empty: any full member can. */
export function fitsOf(person: Pick<Person, 'id' | 'groups'>, needs: readonly Need[]): number[] {
  return needs.flatMap((need, index) =>
    need.users.length + need.groups.length === 0 || isNamed(need, person) ? [index] : [],
  );
}

/** Why this person's yes would not count; null when it does. Asked at the click, of the person who clicked. */
export function voteObstacle(ballot: Ballot, person: Person, teamId: string): string | null {
  const own = ballot.votes.find(({ by }) => by.id === person.id);
  if (own?.stepUp === 'awaited') return 'Your vote is there, but it counts only once you have used your passkey.';
  if (own) return 'You have voted on this already; another person has to.';
  return denyObstacle(ballot, person, teamId);
}

/** Why this person may not say no; null when they may. Somebody who said yes may think better of it. */
export function denyObstacle({ needs, requester }: Ballot, person: Person, teamId: string): string | null {
  const outside = outsiderReason(person, teamId);
  if (outside !== null) return outside;
  if (person.id === requester) {
    return 'You asked for this install, so somebody else has to decide. You can still cancel it.';
  }
  if (fitsOf(person, needs).length > 0) return null;
  return `Only these may decide: ${[...new Set(needs.map(({ label }) => label))].join(', ') || 'nobody'}.`;
}

/**
 * What is still needed, with what remains as `count`. People are given to needs so that as many as possible are filled,
 * each person once: somebody of two groups stands in for either, never for both.
 */
export function missing(ballot: Ballot): Need[] {
  const filled = filledCounts(ballot);
  return ballot.needs.flatMap((need, index) => {
    const count = need.count - (filled[index] ?? 0);
    return count > 0 ? [{ ...need, count }] : [];
  });
}

/** Everybody who has to agree has agreed. A request that needs nobody is never approved by votes. */
export function enough(ballot: Ballot): boolean {
  return ballot.needs.length > 0 && missing(ballot).length === 0;
}

/** How many votes each need gets: a maximum matching by augmenting paths. */
function filledCounts({ needs, votes, requester }: Ballot): number[] {
  const slots = needs.flatMap((need, index) => Array.from({ length: need.count }, () => index));
  const holder = new Map<number, Vote>();
  const place = (vote: Vote, tried: Set<number>): boolean =>
    slots.some((need, slot) => {
      if (tried.has(slot) || !vote.fits.includes(need)) return false;
      tried.add(slot);
      const other = holder.get(slot);
      if (other && !place(other, tried)) return false;
      holder.set(slot, vote);
      return true;
    });
  for (const vote of countingVotes(votes, requester)) place(vote, new Set());
  return needs.map((_, index) => slots.filter((need, slot) => need === index && holder.has(slot)).length);
}

/** One vote per person, by people in Slack or at the console page, proven where that is demanded. */
function countingVotes(votes: readonly Vote[], requester: string): Vote[] {
  const counting = votes.filter(
    ({ by, stepUp }) => (by.via === 'slack' || by.via === 'console') && by.id !== requester && stepUp !== 'awaited',
  );
  return [...new Map(counting.toReversed().map((vote) => [vote.by.id, vote])).values()].toReversed();
}
