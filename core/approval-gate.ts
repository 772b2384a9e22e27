import { bindingDigest, differences } from './binding.ts';
import type { Actor } from './contracts/actor.ts';
import type { Binding } from './contracts/approval.ts';
import type { InstallRecord } from './contracts/install.ts';
import type { Change } from './install-store.ts';

/** Why the votes do not cover what is about to be done, a sentence each; empty when they do, or none were needed. */
export function objections(record: InstallRecord, found: Binding): string[] {
  const { approval } = record;
  return approval ? differences(approval.binds, found, { knownDisks: approval.knownDisks }) : [];
}

/** An approval is for now: a sentence when the install did not begin in time after it, else null. */
export function lateStart(record: InstallRecord, now: number): string | null {
  const { approval } = record;
  if (!approval?.startWithinMs || approval.at === undefined || approval.state !== 'approved') return null;
  if (now <= approval.at + approval.startWithinMs) return null;
  return `It did not begin within ${Math.round(approval.startWithinMs / 60_000)} minutes of its approval.`;
}

/**
 * Throws the votes away and asks anew for what was found. The step that asked is run again after the next approval.
 * @param again `why`: a sentence for each thing that changed
 */
export function askAgain(
  record: InstallRecord,
  again: { why: readonly string[]; found: Binding; at: number; by: Actor },
): Change | null {
  const { approval } = record;
  if (!approval || record.phase !== 'forward') return null;
  const { by: _by, at: _at, breakGlass: _breakGlass, ...rest } = approval;
  return {
    record: {
      ...record,
      phase: 'approval',
      journal: record.journal.filter((entry) => entry.step !== record.at),
      approval: {
        ...rest,
        state: 'pending',
        round: approval.round + 1,
        votes: [],
        binds: again.found,
        digest: bindingDigest(again.found),
        expiresAt: again.at + approval.lastsMs,
        voided: { at: again.at, why: [...again.why] },
      },
    },
    note: {
      type: 'votes-voided',
      actor: again.by,
      detail: { why: again.why, round: approval.round, votes: approval.votes.map((vote) => vote.by.id) },
    },
  };
}

/** The time of an emergency's cancel window, in milliseconds since 1970, or null where there is no emergency. */
export function breakGlassAt(record: InstallRecord): number | null {
  const pending = record.phase === 'approval' && record.approval?.state === 'pending';
  return pending ? (record.approval?.breakGlass?.effectiveAt ?? null) : null;
}

/** Goes ahead without votes once the window in which it could be stopped is over; null before that. */
export function goAheadInEmergency(record: InstallRecord, now: number): Change | null {
  const effectiveAt = breakGlassAt(record);
  const { approval } = record;
  if (effectiveAt === null || now < effectiveAt || !approval?.breakGlass) return null;
  const { by, reason, reviewBy } = approval.breakGlass;
  return {
    record: { ...record, phase: 'forward', approval: { ...approval, state: 'approved', by, at: now } },
    note: { type: 'break-glass-took-effect', actor: by, detail: { reason, reviewBy } },
  };
}
