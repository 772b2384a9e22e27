import { bindingDigest } from '../../core/binding.ts';
import type { Actor } from '../../core/contracts/actor.ts';
import type { Binding } from '../../core/contracts/approval.ts';
import type { DeviceProfile } from '../../core/contracts/device-profile.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Change } from '../../core/install-store.ts';

/**
 * Throws the votes away and asks anew for what was found. The step that asked is run again after the next approval.
 * @param again `why`: a sentence for each thing that changed
 */
export function askAgain(
  record: InstallRecord,
  again: { why: readonly string[]; found: Binding; hardware: DeviceProfile | null; at: number; by: Actor },
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
        hardware: again.hardware,
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
