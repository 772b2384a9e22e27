import type { Actor } from '../../core/contracts/actor.ts';
import type { AuditNote } from '../../core/contracts/audit-event.ts';
import type { Facts } from '../../core/contracts/facts.ts';
import { type InstallRecord, type JournalEntry, journalOf } from '../../core/contracts/install.ts';
import { type StepName, stepNames } from '../../core/contracts/step-name.ts';
import type { XepaError } from '../../core/errors.ts';
import type { Change } from '../../core/install-store.ts';
import type { Outcome } from './step.ts';

/** Whoever of our workers acts is one actor in the audit trail. */
export const worker: Actor = { via: 'system', id: 'worker' };

/** Pure transitions of the record. `run` names the worker process; `at` is milliseconds since 1970. */
export interface Stamp {
  run: string;
  at: number;
}

/** The step is about to run (or to run again): written before anything happens, so that undo covers it. */
export function started(record: InstallRecord, stamp: Stamp): Change {
  const old = journalOf(record, record.at);
  const entry: JournalEntry = {
    step: record.at,
    state: 'started',
    run: stamp.run,
    failures: old?.failures ?? 0,
    ...(old?.failingSince === undefined ? {} : { failingSince: old.failingSince }),
    startedAt: old?.startedAt ?? stamp.at,
  };
  return change(withEntry(record, entry), 'step-started', { step: record.at });
}

/** The step is done: keep its facts and point to the next one; after the last one the install is done. */
export function finished(record: InstallRecord, facts: Facts | undefined, stamp: Stamp): Change {
  const {
    why: _why,
    until: _until,
    progress: _progress,
    error: _error,
    failingSince: _since,
    ...entry
  } = entryOf(record, record.at);
  const next = stepNames[stepNames.indexOf(record.at) + 1];
  const withFacts = withEntry(mergeFacts(record, facts), { ...entry, state: 'done', endedAt: stamp.at });
  const moved: InstallRecord = next ? { ...withFacts, at: next } : { ...withFacts, phase: 'done' };
  return change(moved, 'step-done', { step: record.at });
}

/** Null when nothing that people see has changed: a poll must not grow the record's history. */
export function waited(record: InstallRecord, outcome: Outcome & { kind: 'waiting' }, stamp: Stamp): Change | null {
  const old = entryOf(record, record.at);
  const { progress: _progress, error: _error, failingSince: _since, ...rest } = old;
  const entry: JournalEntry = {
    ...rest,
    state: 'waiting',
    failures: 0,
    why: outcome.why,
    until: stamp.at + outcome.ms,
    ...(outcome.progress ? { progress: outcome.progress } : {}),
  };
  const same = old.state === 'waiting' && old.why === entry.why && old.progress?.done === entry.progress?.done;
  if (same && old.failures === 0) return null;
  return change(withEntry(record, entry), 'step-waiting', { step: record.at, why: outcome.why });
}

/** The step failed, but may be tried again. */
export function failedOnce(record: InstallRecord, error: XepaError, wait: Stamp & { ms: number }): Change {
  const old = entryOf(record, record.at);
  const entry: JournalEntry = {
    ...old,
    state: 'waiting',
    failures: old.failures + 1,
    failingSince: old.failingSince ?? wait.at,
    why: 'another try after a failure',
    until: wait.at + wait.ms,
    error: { code: error.code, message: error.userMessage },
  };
  return change(withEntry(record, entry), 'step-failed', { step: record.at, code: error.code, message: error.message });
}

/** The step failed for good: everything that was started is to be undone. */
export function gaveUp(record: InstallRecord, error: XepaError, stamp: Stamp): Change {
  const entry: JournalEntry = {
    ...entryOf(record, record.at),
    endedAt: stamp.at,
    error: { code: error.code, message: error.userMessage },
  };
  const failure = { step: record.at, code: error.code, message: error.userMessage, at: stamp.at };
  const detail = { step: record.at, code: error.code, message: error.message };
  return change({ ...withEntry(record, entry), phase: 'undo', failure }, 'install-failed', detail);
}

/** A person cancelled: the same way back. */
export function turnedBack(record: InstallRecord): Change {
  return change({ ...record, phase: 'undo' }, 'undo-started', { because: 'cancelled' });
}

/** The last step that was at least started and is not undone yet. */
export function nextToUndo(record: InstallRecord): JournalEntry | undefined {
  return record.journal.findLast((entry) => entry.state !== 'undone');
}

export function undoing(record: InstallRecord, step: StepName, stamp: Stamp): Change {
  const old = entryOf(record, step);
  const { failingSince: _since, ...fresh } = old;
  const kept = old.state === 'undoing' ? old : { ...fresh, failures: 0 };
  const entry: JournalEntry = { ...kept, state: 'undoing', run: stamp.run };
  return change(withEntry(record, entry), 'undo-step-started', { step });
}

export function undone(record: InstallRecord, step: StepName, stamp: Stamp): Change {
  const entry: JournalEntry = { ...entryOf(record, step), state: 'undone', endedAt: stamp.at };
  return change(withEntry(record, entry), 'undo-step-done', { step });
}

/** An undo failed: try again, or, when it gave up, stop and ask a person. */
export function undoFailed(
  record: InstallRecord,
  step: StepName,
  failure: { error: XepaError; final: boolean; at: number },
): Change {
  const old = entryOf(record, step);
  const error = { code: failure.error.code, message: failure.error.userMessage };
  const state = failure.final ? 'undo-failed' : 'undoing';
  const failingSince = old.failingSince ?? failure.at;
  const entry: JournalEntry = { ...old, failures: old.failures + 1, failingSince, error, state };
  const next: InstallRecord = { ...withEntry(record, entry), phase: failure.final ? 'stuck' : 'undo' };
  const detail = { step, code: failure.error.code, message: failure.error.message };
  return change(next, failure.final ? 'undo-gave-up' : 'undo-step-failed', detail);
}

/** Everything is undone. */
export function allUndone(record: InstallRecord): Change {
  return change({ ...record, phase: 'undone', sealed: {} }, 'install-undone', {});
}

export function savedFacts(record: InstallRecord, facts: Facts, sealed: InstallRecord['sealed'] | undefined): Change {
  const merged = mergeFacts(record, facts);
  const next = sealed ? { ...merged, sealed } : merged;
  return change(next, 'facts-saved', { step: record.at, facts: Object.keys(facts), ...discOf(facts) });
}

/** Which ISO lies on the server besides the one of the install can be read in no plan. */
function discOf({ otherDisc }: Facts): { disc?: object } {
  if (!otherDisc) return {};
  const { name, state, sha256, why } = otherDisc;
  return { disc: { name, state, ...(sha256 === '' ? {} : { sha256 }), ...(why === '' ? {} : { why }) } };
}

function mergeFacts(record: InstallRecord, facts: Facts | undefined): InstallRecord {
  return facts ? { ...record, facts: { ...record.facts, ...facts } } : record;
}

function entryOf(record: InstallRecord, step: StepName): JournalEntry {
  const entry = journalOf(record, step);
  if (!entry) throw new Error(`step ${step} of ${record.id} was never started`);
  return entry;
}

/** Replaces the step's line, or appends it: the journal keeps the order in which steps were started. */
function withEntry(record: InstallRecord, entry: JournalEntry): InstallRecord {
  const known = record.journal.some((line) => line.step === entry.step);
  const journal = known
    ? record.journal.map((line) => (line.step === entry.step ? entry : line))
    : [...record.journal, entry];
  return { ...record, journal };
}

function change(record: InstallRecord, type: string, detail: AuditNote['detail']): Change {
  return { record, note: { type, actor: worker, detail } };
}
