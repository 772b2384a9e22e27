import type { Actor } from '../../core/contracts/actor.ts';
import type { BreakGlass } from '../../core/contracts/approval.ts';
import { outsiderReason } from './full-member.ts';
import type { BreakGlassTerms, Person } from './types.ts';

/**
 * One person goes ahead without votes. Whether they may, and whether their reason is long enough, `judge` says of the
 * action `break-glass`; its terms come from there.
 */
export function breakTheGlass(terms: BreakGlassTerms, by: Actor, reason: string, now: number): BreakGlass {
  return {
    by,
    at: now,
    reason: reason.trim(),
    effectiveAt: now + terms.delayMs,
    reviewBy: now + terms.delayMs + terms.reviewWithinMs,
  };
}

/** It can be stopped until it takes effect, and not any more from then on. */
export function isInEffect(glass: BreakGlass, now: number): boolean {
  return now >= glass.effectiveAt;
}

/** A review stays open until somebody has done it: being late does not close it. */
export function reviewState(glass: BreakGlass, now: number): 'done' | 'open' | 'overdue' {
  if (glass.review) return 'done';
  return now < glass.reviewBy ? 'open' : 'overdue';
}

/**
 * Why this person may not close the review; null when they may. That they are an approver, `judge` says of `review`.
 * @param parts `requester` asked for the install: it was done for them, so they are no judge of it either
 */
export function reviewObstacle(
  glass: BreakGlass,
  parts: { person: Person; requester: string; humanOf(slackUser: string): string; teamId: string },
): string | null {
  const { person, requester, humanOf, teamId } = parts;
  const isThem = (slackUser: string) => humanOf(slackUser) === humanOf(person.id);
  const outside = outsiderReason(person, teamId);
  if (outside !== null) return outside;
  if (glass.review) return 'This was reviewed already.';
  if (isThem(glass.by.id)) return 'You broke the glass, so somebody else has to review it.';
  if (isThem(requester)) return 'You asked for this install, so somebody else has to review it.';
  return null;
}
