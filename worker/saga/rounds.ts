import { inAnotherRound } from '../../core/console-round.ts';
import type { AuditNote } from '../../core/contracts/audit-event.ts';
import type { Facts } from '../../core/contracts/facts.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { isAfter, type StepName } from '../../core/contracts/step-name.ts';
import type { Change } from '../../core/install-store.ts';
import { nextToUndo, worker } from './journal.ts';
import type { Outcome } from './step.ts';

/** What brought the rescue system up stays: a round at the console begins after it. */
const stays: StepName = 'reach';

/**
 * Goes back to an earlier step. What people decided about the time before does not count any more, and neither does a
 * disc in somebody's browser, whose VM is gone.
 */
export function onceMore(record: InstallRecord, { from, facts, forget }: Outcome & { kind: 'once-more' }): Change {
  const { cancel: _cancel, decision: _decision, browserDisc, ...rest } = record;
  const kept = Object.entries(record.facts).filter(([name]) => !forget.some((one) => one === name));
  const next: InstallRecord = {
    ...rest,
    ...(browserDisc ? { browserDisc: { ...browserDisc, over: true } } : {}),
    at: from,
    journal: record.journal.filter(({ step }) => step !== from && !isAfter(step, from)),
    facts: { ...Object.fromEntries(kept), ...facts },
  };
  return change(next, 'console-again', { round: facts.again?.n, by: facts.again?.by });
}

/** A round has failed, and nothing of it is left but the rescue system: people are asked again rather than sent home. */
export function isRoundUndone(record: InstallRecord): boolean {
  if (!record.failure || record.cancel || !inAnotherRound(record)) return false;
  const last = nextToUndo(record);
  return last === undefined || !isAfter(last.step, stays);
}

/** Back to `verify`, which asks how to go on. Null when the record has moved on. */
export function askAfterRound(record: InstallRecord): Change | null {
  const { failure, ...rest } = record;
  const { again } = record.facts;
  if (record.phase !== 'undo' || !failure || !again || !isRoundUndone(record)) return null;
  const facts: Facts = { ...record.facts, again: { ...again, failed: failure.message } };
  const journal = record.journal.filter(({ step }) => !isAfter(step, stays));
  const next: InstallRecord = { ...rest, phase: 'forward', at: 'verify', journal, facts };
  return change(next, 'console-again-failed', { step: failure.step, message: failure.message });
}

function change(record: InstallRecord, type: string, detail: AuditNote['detail']): Change {
  return { record, note: { type, actor: worker, detail } };
}
