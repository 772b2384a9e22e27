import type { Clock } from '../../core/clock.ts';
import type { Facts } from '../../core/contracts/facts.ts';
import { type InstallRecord, isFinal, type JournalEntry, journalOf } from '../../core/contracts/install.ts';
import type { StepName } from '../../core/contracts/step-name.ts';
import { awaitsClearance, isCancelled } from '../../core/decisions.ts';
import { toXepaError, XepaError } from '../../core/errors.ts';
import type { Change, InstallStore } from '../../core/install-store.ts';
import type { Logger } from '../../core/log.ts';
import { askAgain, breakGlassAt, goAheadInEmergency } from './approval-gate.ts';
import { backoffMs, isHopeless, isUndoHopeless } from './backoff.ts';
import * as journal from './journal.ts';
import { askAfterRound, isRoundUndone, onceMore } from './rounds.ts';
import type { Outcome, Step, StepContext } from './step.ts';

/** What the processor is to do with the install: look again after `ms`, or forget it. `rev` is what was seen last. */
export type Next = { kind: 'again'; ms: number; rev: number } | { kind: 'end' };

/** Why a run is aborted from outside. */
export type StopReason = 'shutdown' | 'cancelled' | 'lost';

export interface Saga {
  /** Looks at one install and runs at most one step of it, forward or backward. */
  advance(installId: string, signal: AbortSignal): Promise<Next>;
}

export interface SagaDeps {
  store: InstallStore;
  /** In the order of stepNames. */
  steps: readonly Step[];
  clock: Clock;
  log: Logger;
  /** Gives free what an ended install may still hold, also one that a person declared ended. */
  onEnd(record: InstallRecord): Promise<void>;
  /** Names this worker process: the fence against another one that wakes up late. */
  run: string;
}

const UNDO_TIMEOUT_MS = 15 * 60_000;
/** A step is looked at before it is judged: all workers may have been away while its time ran out. */
const GRACE_MS = 60_000;
const CLEARANCE_MS = 30_000;
/** Who overtook goes on by itself; if it was a person's decision, somebody must look at what it says. */
const OVERTAKEN_MS = 1_000;

/** Another worker has taken the install over; whatever this one still does must leave no trace. */
class Overtaken extends Error {}

export function createSaga(deps: SagaDeps): Saga {
  return {
    async advance(installId, signal) {
      const record = await deps.store.find(installId);
      if (!record) return { kind: 'end' };
      try {
        return await look(deps, record, signal);
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
        deps.log.warn({ installId }, 'another worker has taken this install over');
        return again(record, OVERTAKEN_MS);
      }
    },
  };
}

async function look(deps: SagaDeps, record: InstallRecord, signal: AbortSignal): Promise<Next> {
  if (isFinal(record)) return conclude(deps, record);
  if (record.phase === 'undo') return goBack(deps, record, signal);
  if (record.phase === 'approval') return awaitEmergency(deps, record);
  if (record.phase !== 'forward') return { kind: 'end' };
  if (awaitsClearance(record)) {
    const early = (record.request.startAt ?? 0) - deps.clock.now();
    // The bot asks the policy and wakes it; this is for a wake-up that was lost.
    return again(record, Math.max(early, CLEARANCE_MS));
  }
  if (!isCancelled(record)) return goForward(deps, record, signal);
  return again(
    await deps.store.update(record.id, (now) => (now.phase === 'forward' ? journal.turnedBack(now) : null)),
    0,
  );
}

/** People decide, and whoever decides wakes the install; only an emergency goes on by itself when its time has come. */
async function awaitEmergency(deps: SagaDeps, record: InstallRecord): Promise<Next> {
  const effectiveAt = breakGlassAt(record);
  if (effectiveAt === null) return { kind: 'end' };
  const left = effectiveAt - deps.clock.now();
  if (left > 0) return again(record, left);
  return again(await deps.store.update(record.id, (now) => goAheadInEmergency(now, deps.clock.now())), 0);
}

async function conclude(deps: SagaDeps, record: InstallRecord): Promise<Next> {
  await deps.onEnd(record);
  await deps.store.markEnded(record.id);
  return { kind: 'end' };
}

async function goForward(deps: SagaDeps, found: InstallRecord, signal: AbortSignal): Promise<Next> {
  const step = stepOf(deps, found.at);
  const record = await begin(deps, found);
  const entry = entryIn(record, step.name);
  const leftMs = entry.startedAt + step.timeoutMs - deps.clock.now();
  const limit = limitOf(signal, leftMs > 0 ? leftMs : GRACE_MS);
  const context = contextOf(deps, { record, step: step.name, signal: limit.signal });
  try {
    const outcome = await step.run(context);
    if (outcome.kind === 'waiting' && leftMs <= 0) return await giveUp(deps, record, overTime(step, entry));
    return await settle(deps, context.record, outcome);
  } catch (thrown) {
    if (thrown instanceof Overtaken) throw thrown;
    if (signal.aborted) return again(record, 0);
    return fail(deps, record, limit.signal.aborted ? overTime(step, entry) : toXepaError(thrown));
  } finally {
    limit.clear();
  }
}

/** Aborts with the outer signal or after a time; cleared, so that a poll every few seconds leaves no timer behind. */
function limitOf(outer: AbortSignal, ms: number): { signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const pass = () => controller.abort(outer.reason);
  const timer = setTimeout(() => controller.abort(new Error('over time')), ms);
  if (outer.aborted) pass();
  outer.addEventListener('abort', pass, { once: true });
  const clear = () => {
    clearTimeout(timer);
    outer.removeEventListener('abort', pass);
  };
  return { signal: controller.signal, clear };
}

/** Writes `started` unless this very worker already waits in the step: a poll leaves no line. */
async function begin(deps: SagaDeps, record: InstallRecord): Promise<InstallRecord> {
  const entry = journalOf(record, record.at);
  if (entry?.state === 'waiting' && entry.run === deps.run) return record;
  return deps.store.update(record.id, (now) => {
    if (now.phase !== 'forward' || now.at !== record.at) throw new Overtaken();
    return journal.started(now, stampOf(deps));
  });
}

/** @param seen as the step saw it last: what others wrote since then it knows nothing of, so it must be looked at again */
async function settle(deps: SagaDeps, seen: InstallRecord, outcome: Outcome): Promise<Next> {
  let newest = seen.rev;
  const written = await fenced(deps, seen, (now) => {
    newest = now.rev;
    return outcomeOf(deps, now, outcome);
  });
  if (isFinal(written)) return conclude(deps, written);
  return again(newest === seen.rev ? written : seen, outcome.kind === 'waiting' ? outcome.ms : 0);
}

function outcomeOf(deps: SagaDeps, now: InstallRecord, outcome: Outcome): Change | null {
  const stamp = stampOf(deps);
  switch (outcome.kind) {
    case 'done':
      return journal.finished(now, outcome.facts, stamp);
    case 'waiting':
      return journal.waited(now, outcome, stamp);
    case 'once-more':
      return onceMore(now, outcome);
    case 'ask-again':
      return askAgain(now, { ...outcome, at: stamp.at, by: journal.worker });
  }
}

async function fail(deps: SagaDeps, record: InstallRecord, error: XepaError): Promise<Next> {
  const step = stepOf(deps, record.at);
  const { failures, forMs } = failingOf(deps, entryIn(record, step.name));
  deps.log.warn({ installId: record.id, step: step.name, failures, err: error }, 'a step failed');
  const patience = { failures, forMs, attempts: step.attempts, outageMs: step.outageMs };
  if (isHopeless(error, patience)) return giveUp(deps, record, error);
  const ms = backoffMs(failures, error.retryAfterSeconds);
  return again(await fenced(deps, record, (now) => journal.failedOnce(now, error, { ...stampOf(deps), ms })), ms);
}

async function giveUp(deps: SagaDeps, record: InstallRecord, error: XepaError): Promise<Next> {
  return again(await fenced(deps, record, (now) => journal.gaveUp(now, error, stampOf(deps))), 0);
}

async function goBack(deps: SagaDeps, record: InstallRecord, signal: AbortSignal): Promise<Next> {
  if (isRoundUndone(record)) return again(await deps.store.update(record.id, askAfterRound), 0);
  const last = journal.nextToUndo(record);
  if (!last) {
    const ended = await deps.store.update(record.id, (now) => (now.phase === 'undo' ? journal.allUndone(now) : null));
    return isFinal(ended) ? conclude(deps, ended) : again(ended, 0);
  }
  const step = stepOf(deps, last.step);
  const begun = await deps.store.update(record.id, (now) => beginUndo(deps, now, last));
  const limit = limitOf(signal, UNDO_TIMEOUT_MS);
  const context = contextOf(deps, { record: begun, step: step.name, signal: limit.signal });
  try {
    const outcome = (await step.undo?.(context)) ?? { kind: 'done' };
    if (outcome.kind === 'waiting') return again(begun, outcome.ms);
    return again(await fencedAt(deps, begun, step.name, (now) => journal.undone(now, step.name, stampOf(deps))), 0);
  } catch (thrown) {
    if (thrown instanceof Overtaken) throw thrown;
    if (signal.aborted) return again(begun, 0);
    return failUndo(deps, begun, { step: step.name, error: toXepaError(thrown) });
  } finally {
    limit.clear();
  }
}

function beginUndo(deps: SagaDeps, now: InstallRecord, last: JournalEntry): Change | null {
  if (now.phase !== 'undo') throw new Overtaken();
  const entry = entryIn(now, last.step);
  if (entry.state === 'undoing' && entry.run === deps.run) return null;
  return journal.undoing(now, last.step, stampOf(deps));
}

async function failUndo(
  deps: SagaDeps,
  record: InstallRecord,
  failed: { step: StepName; error: XepaError },
): Promise<Next> {
  const { failures, forMs } = failingOf(deps, entryIn(record, failed.step));
  const final = isUndoHopeless(failed.error, { failures, forMs });
  deps.log.error({ installId: record.id, step: failed.step, failures, err: failed.error }, 'an undo failed');
  const written = await fencedAt(deps, record, failed.step, (now) =>
    journal.undoFailed(now, failed.step, { error: failed.error, final, at: deps.clock.now() }),
  );
  return again(written, backoffMs(failures, failed.error.retryAfterSeconds));
}

/** How often in a row, this one included, and since when. */
function failingOf(deps: SagaDeps, entry: JournalEntry): { failures: number; forMs: number } {
  return { failures: entry.failures + 1, forMs: deps.clock.now() - (entry.failingSince ?? deps.clock.now()) };
}

function contextOf(deps: SagaDeps, at: { record: InstallRecord; step: StepName; signal: AbortSignal }): StepContext {
  let record = at.record;
  return {
    get record() {
      return record;
    },
    get entry() {
      return entryIn(record, at.step);
    },
    signal: at.signal,
    now: () => deps.clock.now(),
    async save(facts: Facts, sealed) {
      record = await fencedAt(deps, record, at.step, (now) => journal.savedFacts(now, facts, sealed));
    },
  };
}

function fenced(deps: SagaDeps, record: InstallRecord, decide: (now: InstallRecord) => Change | null) {
  return fencedAt(deps, record, record.at, decide);
}

/** A write that only the worker may do whose run stands in the journal. */
function fencedAt(
  deps: SagaDeps,
  record: InstallRecord,
  step: StepName,
  decide: (now: InstallRecord) => Change | null,
): Promise<InstallRecord> {
  return deps.store.update(record.id, (now) => {
    if (now.phase !== record.phase || entryIn(now, step).run !== deps.run) throw new Overtaken();
    return decide(now);
  });
}

function stepOf(deps: SagaDeps, name: StepName): Step {
  const step = deps.steps.find((candidate) => candidate.name === name);
  if (!step) throw new Error(`there is no step ${name}`);
  return step;
}

function entryIn(record: InstallRecord, step: StepName): JournalEntry {
  const entry = journalOf(record, step);
  if (!entry) throw new Overtaken();
  return entry;
}

function overTime(step: Step, entry: JournalEntry): XepaError {
  const minutes = Math.max(1, Math.round(step.timeoutMs / 60_000));
  const waitedFor = entry.why ? ` It was waiting for ${entry.why}.` : '';
  const lastError = entry.error ? ` ${entry.error.message}` : '';
  return new XepaError('timeout', {
    message: `step ${step.name} did not end within ${minutes} min`,
    userMessage: `The step did not end within ${minutes} minutes.${waitedFor}${lastError}`,
  });
}

function stampOf(deps: SagaDeps): journal.Stamp {
  return { run: deps.run, at: deps.clock.now() };
}

function again(record: InstallRecord, ms: number): Next {
  return { kind: 'again', ms, rev: record.rev };
}
