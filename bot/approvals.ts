import { isComplete } from '../core/approval-votes.ts';
import type { Actor } from '../core/contracts/actor.ts';
import type { Approval, BreakGlass, Vote } from '../core/contracts/approval.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { Change } from '../core/install-store.ts';
import type { Asks } from './rejudge.ts';

/** A decision on one round of an approval request. All are null when there is nothing to decide any more. */
interface Decision {
  by: Actor;
  at: number;
  /** The round that the person saw; what was asked since is another question. */
  round: number;
}

/** The approval still waits for somebody at that time. An emergency has a window of its own, in which it can be stopped. */
export function isPending(record: InstallRecord, now: number): boolean {
  const { approval } = record;
  if (record.phase !== 'approval' || approval?.state !== 'pending') return false;
  return approval.breakGlass !== undefined || approval.expiresAt > now;
}

/** One yes; the last one that was missing lets the install go on. A second vote of the same person changes nothing. */
export function castVote(
  record: InstallRecord,
  vote: Decision & Pick<Vote, 'fits' | 'stepUp' | 'channel' | 'human'>,
): Change | null {
  const { round, ...given } = vote;
  const approval = openRound(record, vote);
  if (!approval || voteOf(approval, given.by.id)) return null;
  const asked = approval.turnedAway?.by.id === given.by.id ? withoutTurnedAway(approval) : approval;
  return counted(record, { ...asked, votes: [...approval.votes, given] }, { vote: given, type: 'voted' });
}

/** A vote for which the passkey was shown may count, as things are at that moment. Null when it was judged already. */
export function countProven(record: InstallRecord, vote: Decision & Pick<Vote, 'fits'>): Change | null {
  const approval = openRound(record, vote);
  const proven = approval && voteOf(approval, vote.by.id);
  if (!approval || proven?.stepUp !== 'shown') return null;
  const now: Vote = { ...proven, fits: vote.fits, stepUp: 'done' };
  const votes = approval.votes.map((one) => (one === proven ? now : one));
  return counted(record, { ...approval, votes }, { vote: { ...now, at: vote.at }, type: 'vote-counted' });
}

/** The same vote may not count any more: it is taken back, and whoever gave it may vote again. */
export function turnAway(record: InstallRecord, no: Decision & { why: string[]; named: string[] }): Change | null {
  const approval = openRound(record, no);
  if (!approval || voteOf(approval, no.by.id)?.stepUp !== 'shown') return null;
  const { by, at, round, why, named } = no;
  const votes = approval.votes.filter((vote) => vote.by.id !== by.id);
  const turnedAway = { by, at, why, named };
  const detail = { what: 'approve', reason: why.join(' '), round };
  return { record: { ...record, approval: { ...approval, votes, turnedAway } }, note: note('refused', by, detail) };
}

/** One no ends the request, whoever voted for it before. */
export function deny(record: InstallRecord, no: Decision & { reason?: string }): Change | null {
  const approval = openRound(record, no);
  if (!approval) return null;
  const { by, at, reason } = no;
  const denied: Approval = { ...approval, state: 'denied', by, at, ...(reason === undefined ? {} : { reason }) };
  return {
    record: settled(record, denied, 'denied'),
    note: note('denied', by, { round: no.round, reason: reason ?? null }),
  };
}

/** Nobody decided in time. Null while there is time, and when it was decided. */
export function expire(record: InstallRecord, at: number): Change | null {
  const { approval } = record;
  const waits = record.phase === 'approval' && approval?.state === 'pending';
  if (!waits || !approval || isPending(record, at)) return null;
  const system: Actor = { via: 'system', id: 'bot' };
  return {
    record: settled(record, { ...approval, state: 'expired', at }, 'denied'),
    note: note('approval-expired', system, { round: approval.round }),
  };
}

/**
 * The policy asks for something else than was written down: the votes and an emergency are void, and a new round
 * begins. Null when it is decided already.
 */
export function askOthers(
  record: InstallRecord,
  change: { asks: Asks; rules: readonly string[]; policy: string; at: number },
): Change | null {
  const { approval } = record;
  if (!approval || !isPending(record, change.at)) return null;
  const { asks, rules, policy, at } = change;
  const why = ['The policy asks for other approvals than when this was requested.'];
  const { breakGlass: _void, ...before } = withoutTurnedAway(approval);
  const asked: Approval = {
    ...before,
    ...{ ...asks, rules: [...rules], policy, votes: [], voided: { at, why } },
    round: approval.round + 1,
    expiresAt: at + asks.lastsMs,
  };
  const system: Actor = { via: 'system', id: 'bot' };
  return { record: { ...record, approval: asked }, note: note('votes-voided', system, { why, round: approval.round }) };
}

/** Goes ahead without votes after a window in which anybody may still stop it. Null when that was done already. */
export function breakGlass(record: InstallRecord, emergency: BreakGlass): Change | null {
  const { approval } = record;
  if (!approval || approval.breakGlass || !isPending(record, emergency.at)) return null;
  const { by, reason, effectiveAt, reviewBy } = emergency;
  return {
    record: { ...record, approval: { ...approval, breakGlass: emergency } },
    note: note('break-glass', by, { reason, effectiveAt, reviewBy, round: approval.round }),
  };
}

/** Somebody else has looked at an emergency. Null when there is none, or it was reviewed before. */
export function review(record: InstallRecord, by: Actor, at: number, text: string): Change | null {
  const { approval } = record;
  if (!approval?.breakGlass || approval.breakGlass.review) return null;
  const reviewed = { ...approval.breakGlass, review: { by, at, note: text } };
  return {
    record: { ...record, approval: { ...approval, breakGlass: reviewed } },
    note: note('break-glass-reviewed', by, { note: text }),
  };
}

/** With this vote: the last one that was missing lets the install go on. */
function counted(record: InstallRecord, approval: Approval, { vote, type }: { vote: Vote; type: string }): Change {
  const { by, at, fits, stepUp } = vote;
  const { round, digest, needs } = approval;
  const detail = { round, digest, fits: fits.map((index) => needs[index]?.label), stepUp };
  return isComplete(approval, record.request.requestedBy.id)
    ? {
        record: settled(record, { ...approval, state: 'approved', by, at }, 'forward'),
        note: note('approved', by, detail),
      }
    : { record: { ...record, approval }, note: note(type, by, detail) };
}

function voteOf(approval: Approval, person: string): Vote | undefined {
  return approval.votes.find(({ by }) => by.id === person);
}

function withoutTurnedAway({ turnedAway: _gone, ...approval }: Approval): Approval {
  return approval;
}

function openRound(record: InstallRecord, decision: Decision): Approval | null {
  const { approval } = record;
  return approval && isPending(record, decision.at) && approval.round === decision.round ? approval : null;
}

/** A request that ends in the middle of an install has something to put back. */
function settled(record: InstallRecord, approval: Approval, phase: 'forward' | 'denied'): InstallRecord {
  const end = phase === 'denied' && record.journal.length > 0 ? 'undo' : phase;
  return { ...record, phase: end, approval };
}

function note(type: string, actor: Actor, detail: Record<string, unknown>): Change['note'] {
  return { type, actor, detail };
}
