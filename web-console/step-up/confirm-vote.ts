import type { Approval, Vote } from '../../core/contracts/approval.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Change } from '../../core/install-store.ts';

/** Whose vote is to count, and for what exactly it was given. */
export interface VoteClaim {
  /** Slack user id, which names one person in this workspace only. */
  voter: string;
  team: string;
  round: number;
  digest: string;
}

/** Why a vote cannot be made to count. */
export type WhyNot =
  | 'not-asked'
  | 'elsewhere'
  | 'approved'
  | 'denied'
  | 'expired'
  | 'withdrawn'
  | 'other-round'
  | 'changed'
  | 'no-vote'
  | 'shown'
  | 'counted';

/** Null when the vote awaits just this confirmation. @param at milliseconds since 1970 */
export function whyNotConfirm(record: InstallRecord, claim: VoteClaim, at: number): WhyNot | null {
  const { approval } = record;
  if (!approval) return 'not-asked';
  if (record.slack?.team !== claim.team) return 'elsewhere';
  const over = whyOver(record, approval, at);
  // "Yours counts" says more than "approved" to somebody who presses twice.
  if (over !== null && over !== 'approved') return over;
  if (approval.round !== claim.round) return 'other-round';
  if (approval.digest !== claim.digest) return 'changed';
  const vote = voteOf(approval, claim.voter);
  if (vote?.stepUp === 'done' || vote?.stepUp === 'not-needed') return 'counted';
  if (over !== null) return over;
  if (vote?.stepUp === 'shown') return 'shown';
  return vote ? null : 'no-vote';
}

/**
 * The voter has proven themselves. Whether the vote counts is for the bot to say: it knows the policy, the groups and
 * the freezes of this moment, and the click may be half an hour old. Null when there is nothing to confirm.
 * @param claim `credential`: id of the passkey that proved it, no secret
 */
export function confirmVote(
  record: InstallRecord,
  claim: VoteClaim & { credential: string },
  at: number,
): Change | null {
  const { approval } = record;
  if (!approval || whyNotConfirm(record, claim, at) !== null) return null;
  const { voter, round, digest, credential } = claim;
  const votes = approval.votes.map((vote): Vote => (vote.by.id === voter ? { ...vote, stepUp: 'shown' } : vote));
  const actor = { via: 'console' as const, id: voter };
  const note = { type: 'vote-confirmed', actor, detail: { round, digest, credential } };
  return { record: { ...record, approval: { ...approval, votes } }, note };
}

/** What the bot has made of a vote for which the passkey was shown. */
export type Verdict =
  | { kind: 'counted' }
  | { kind: 'turned-away'; why: readonly string[] }
  | { kind: 'void'; why: WhyNot };

/** Null while the bot has not judged it. @param record as it is some time after the vote was confirmed */
export function verdictOn(record: InstallRecord, claim: VoteClaim, at: number): Verdict | null {
  const why = whyNotConfirm(record, claim, at);
  if (why === 'counted') return { kind: 'counted' };
  if (why === 'shown') return null;
  const turned = record.approval?.turnedAway;
  if (why === 'no-vote' && turned?.by.id === claim.voter) return { kind: 'turned-away', why: turned.why };
  return { kind: 'void', why: why ?? 'no-vote' };
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
