import { z } from 'zod';
import type { InstallRecord } from '../core/contracts/install.ts';

/**
 * Why a message is edited, the most urgent first. `decision`: what a person decided, or is asked to decide.
 * `failure`: the install failed, is stuck, or has ended. `step`: any other change of state. `heartbeat`: only whether
 * a worker is there. `percent`: only a number that grew.
 */
export type Urgency = 'decision' | 'failure' | 'step' | 'heartbeat' | 'percent';

/** What the urgency of the next edit is measured against: the phase, and how many decisions people have made. */
export const Standing = z.object({ phase: z.string(), decisions: z.number() });
export type Standing = z.infer<typeof Standing>;

export function standingOf(record: InstallRecord): Standing {
  const { phase, approval, cancel, decision, answer, facts } = record;
  const made = [approval !== undefined && approval.state !== 'pending', cancel, decision];
  // Each question that is put to people has the next number, and so has its answer.
  const questions = (facts.question?.n ?? 0) + (answer?.n ?? 0);
  return { phase, decisions: made.filter(Boolean).length + questions };
}

/** How urgent a change of state is. @param shown what people see now; undefined when that is not known */
export function urgencyOfChange(record: InstallRecord, shown: Standing | undefined): Urgency {
  const now = standingOf(record);
  if (now.phase === 'approval' || now.decisions !== shown?.decisions) return 'decision';
  return now.phase === 'forward' || now.phase === shown.phase ? 'step' : 'failure';
}
