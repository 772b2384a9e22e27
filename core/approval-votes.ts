import type { Approval, Need, Vote } from './contracts/approval.ts';

/** What is still missing of one need. */
export interface Missing {
  label: string;
  /** So many more people. */
  count: number;
}

/**
 * What an approval still lacks, need by need; empty when it is complete. A person fills one place at most, whatever
 * they would fit, and places are dealt so that as many as possible are filled. A vote that awaits its passkey, or was
 * not judged since that was shown, does not count yet, and the requester's own never does.
 */
export function missing(needs: readonly Need[], votes: readonly Vote[], requesterId: string): Missing[] {
  const places = needs.flatMap(({ count }, need) => Array.from({ length: count }, () => need));
  const taken = deal(places, peopleOf(votes, requesterId));
  return needs.flatMap(({ label, count }, need) => {
    const filled = places.filter((of, place) => of === need && taken.has(place)).length;
    return filled < count ? [{ label, count: count - filled }] : [];
  });
}

/** Enough people have agreed. A request that needs nobody is never approved by votes: something else has to decide it. */
export function isComplete(approval: Pick<Approval, 'needs' | 'votes'>, requesterId: string): boolean {
  return approval.needs.length > 0 && missing(approval.needs, approval.votes, requesterId).length === 0;
}

/** The votes that are a yes: one that awaits its passkey, or was not judged since that was shown, is none yet. */
export function yesVotes(votes: readonly Vote[]): Vote[] {
  return votes.filter(({ stepUp }) => stepUp === 'not-needed' || stepUp === 'done');
}

/** Who counts, and which needs each of them fits. */
function peopleOf(votes: readonly Vote[], requesterId: string): ReadonlyMap<string, ReadonlySet<number>> {
  const people = new Map<string, Set<number>>();
  for (const { by, human = by.id, fits } of yesVotes(votes)) {
    const isPerson = by.via === 'slack' || by.via === 'console';
    if (!isPerson || by.id === requesterId || human === requesterId) continue;
    people.set(human, new Set([...(people.get(human) ?? []), ...fits]));
  }
  return people;
}

/**
 * Maximum bipartite matching by augmenting paths: whoever sits on a wanted place moves on if another one is free.
 * @param places the need that each place belongs to
 * @returns place → person
 */
function deal(
  places: readonly number[],
  people: ReadonlyMap<string, ReadonlySet<number>>,
): ReadonlyMap<number, string> {
  const taken = new Map<number, string>();
  const seat = (person: string, seen: Set<number>): boolean => {
    for (const [place, need] of places.entries()) {
      if (seen.has(place) || !people.get(person)?.has(need)) continue;
      seen.add(place);
      const sitting = taken.get(place);
      if (sitting !== undefined && !seat(sitting, seen)) continue;
      taken.set(place, person);
      return true;
    }
    return false;
  };
  for (const person of people.keys()) seat(person, new Set());
  return taken;
}
