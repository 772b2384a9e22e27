import type { Binding } from '../../core/contracts/approval.ts';
import type { DeviceProfile } from '../../core/contracts/device-profile.ts';
import type { Facts } from '../../core/contracts/facts.ts';
import type { InstallRecord, JournalEntry } from '../../core/contracts/install.ts';
import type { StepName } from '../../core/contracts/step-name.ts';

/** Nothing else may come out of a step; all else is a throw. */
export type Outcome =
  | { kind: 'done'; facts?: Facts }
  | { kind: 'waiting'; ms: number; why: string; progress?: NonNullable<JournalEntry['progress']> }
  /** The console is wanted again: the steps from `from` on run once more, with `facts`, and without what is to be forgotten. */
  | { kind: 'once-more'; from: StepName; facts: Facts; forget: readonly (keyof Facts)[] }
  /** What was approved is not what would be done: people are asked again, and then the step runs again. */
  | { kind: 'ask-again'; why: readonly string[]; found: Binding; hardware: DeviceProfile | null };

/** What a step may use of the engine. */
export interface StepContext {
  /** The record as it was read or last saved by this step. */
  readonly record: InstallRecord;
  /** The journal's line of this step. */
  readonly entry: JournalEntry;
  /** Aborted when the install is cancelled, the step is over time, or the process stops. */
  readonly signal: AbortSignal;
  now(): number;
  /**
   * Writes facts (and sealed secrets) into the record at once: for what must be known *before* the step acts.
   * @throws when another worker has taken the install over
   */
  save(facts: Facts, sealed?: InstallRecord['sealed']): Promise<void>;
}

/** A named, idempotent part of an install. It asks "is it so already?", acts, then checks. */
export interface Step {
  readonly name: StepName;
  /** From the first start to the end of the step, waits included. Milliseconds. */
  readonly timeoutMs: number;
  /** Throws that may be tried again end the step after this many failures in a row. */
  readonly attempts: number;
  /** How long somebody else's outage is borne, however many tries that takes. Milliseconds; by default 15 minutes. */
  readonly outageMs?: number;
  run(context: StepContext): Promise<Outcome>;
  /** Takes back what the step did, also when it stopped half-way or never really began. */
  undo?(context: StepContext): Promise<Outcome>;
}

export function done(facts?: Facts): Outcome {
  return facts ? { kind: 'done', facts } : { kind: 'done' };
}

/** @param why completes the sentence "Waiting for …" */
export function waiting(ms: number, why: string, progress?: NonNullable<JournalEntry['progress']>): Outcome {
  return progress ? { kind: 'waiting', ms, why, progress } : { kind: 'waiting', ms, why };
}
