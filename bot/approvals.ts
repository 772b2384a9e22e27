import type { Actor } from '../core/contracts/actor.ts';
import type { Approval } from '../core/contracts/approval.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { Change } from '../core/install-store.ts';

/** The approval still waits for somebody at that time. */
function isPending(record: InstallRecord, now: number): boolean {
  return record.phase === 'approval' && record.approval?.state === 'pending' && record.approval.expiresAt > now;
}

/** Yes: the install may begin. Null when there is nothing to decide any more. */
export function approve(record: InstallRecord, by: Actor, at: number): Change | null {
  if (!isPending(record, at)) return null;
  const detail = { expiresAt: record.approval?.expiresAt };
  return { record: decided(record, 'forward', { state: 'approved', by, at }), note: note('approved', by, detail) };
}

/** No: the install ends before it began. Null when there is nothing to decide any more. */
export function deny(record: InstallRecord, by: Actor, at: number, reason?: string): Change | null {
  if (!isPending(record, at)) return null;
  const because = reason === undefined ? {} : { reason };
  return {
    record: decided(record, 'denied', { state: 'denied', by, at, ...because }),
    note: note('denied', by, because),
  };
}

/** Nobody decided in time. Null while there is time, and when it was decided. */
export function expire(record: InstallRecord, at: number): Change | null {
  const waits = record.phase === 'approval' && record.approval?.state === 'pending';
  if (!waits || isPending(record, at)) return null;
  const system: Actor = { via: 'system', id: 'bot' };
  return { record: decided(record, 'denied', { state: 'expired', at }), note: note('approval-expired', system, {}) };
}

function decided(
  record: InstallRecord,
  phase: InstallRecord['phase'],
  outcome: Pick<Approval, 'state' | 'at'> & Partial<Pick<Approval, 'by' | 'reason'>>,
): InstallRecord {
  return record.approval ? { ...record, phase, approval: { ...record.approval, ...outcome } } : record;
}

function note(type: string, actor: Actor, detail: Record<string, unknown>): Change['note'] {
  return { type, actor, detail };
}
