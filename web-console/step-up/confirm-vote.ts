import { isComplete } from '../../core/approval-votes.ts';
import type { Approval, Vote } from '../../core/contracts/approval.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Change } from '../../core/install-store.ts';

/** Whose vote is to count, and for what exactly it was given. */
export interface VoteClaim {
  /** Slack user id. */
  voter: string;
  round: number;
  digest: string;
}

/** Why a vote cannot be made to count. */
export type WhyNot =
  | 'not-asked'
  | 'approved'
  | 'denied'
  | 'expired'
  | 'withdrawn'
  | 'other-round'
  | 'changed'
  | 'no-vote'
  | 'counted';

/** Null when the vote awaits just this confirmation. @param at milliseconds since 1970 */
export function whyNotConfirm(record: InstallRecord, claim: VoteClaim, at: number): WhyNot | null {
  const { approval } = record;
  if (!approval) return 'not-asked';
  const over = whyOver(record, approval, at);
  // "Yours counts" says more than "approved" to somebody who presses twice.
  if (over !== null && over !== 'approved') return over;
  if (approval.round !== claim.round) return 'other-round';
  if (approval.digest !== claim.digest) return 'changed';
  const vote = voteOf(approval, claim.voter);
  if (vote && vote.stepUp !== 'awaited') return 'counted';
  if (over !== null) return over;
  return vote ? null : 'no-vote';
}

/**
 * The voter has proven themselves: their vote counts, and if it was the last one missing, the install may begin.
 * Null when there is nothing to confirm. @param claim `credential`: id of the passkey that proved it, no secret
 */
export function confirmVote(
  record: InstallRecord,
  claim: VoteClaim & { credential: string },
  at: number,
): Change | null {
  const { approval } = record;
  if (!approval || whyNotConfirm(record, claim, at) !== null) return null;
  const { voter, round, digest, credential } = claim;
  const votes = approval.votes.map((vote): Vote => (vote.by.id === voter ? { ...vote, stepUp: 'done' } : vote));
  const voted = { ...approval, votes };
  const complete = isComplete(voted, record.request.requestedBy.id);
  const detail = { round, digest, credential, complete };
  const note = { type: 'vote-confirmed', actor: { via: 'console' as const, id: voter }, detail };
  if (!complete) return { record: { ...record, approval: voted }, note };
  const by = voteOf(voted, voter)?.by ?? note.actor;
  return { record: { ...record, phase: 'forward', approval: { ...voted, state: 'approved', by, at } }, note };
}

/** How the request ended, or null while it may still be decided. */
function whyOver(record: InstallRecord, approval: Approval, at: number): WhyNot | null {
  if (record.cancel) return 'withdrawn';
  if (approval.state !== 'pending') return approval.state;
  if (record.phase !== 'approval') return 'withdrawn';
  return approval.expiresAt > at ? null : 'expired';
}

function voteOf(approval: Approval, voter: string): Vote | undefined {
  return approval.votes.find((vote) => vote.by.id === voter);
}
