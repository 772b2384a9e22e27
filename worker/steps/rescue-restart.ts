import type { Facts } from '../../core/contracts/facts.ts';
import { judgeAge } from '../host/boot-age.ts';
import type { Proof } from '../host/proof.ts';
import type { Entered } from '../providers/types.ts';
import type { StepContext } from '../saga/step.ts';
import { need } from './deps.ts';

/** A provider has reset the server by then; it is less than firmware takes to start it. Milliseconds. */
const RESET_MS = 30_000;

type RescueFacts = NonNullable<Facts['rescue']>;

/** What is noted before a provider is asked for the `attempt`-th entry. */
export function newEntry(context: StepContext, attempt: number, marker: string): RescueFacts {
  const { rescue, reach } = context.record.facts;
  const restart = { by: context.entry.run, bootIdBefore: reach?.bootId };
  return { ...need(rescue, 'rescue'), entries: attempt, requestedAt: context.now(), marker, restart };
}

/**
 * What is noted of its answer; null where that changes nothing. An entry that was given up, or asked for twice since an answer was lost, may
 * still come up before the provider resets the server: its kernel may even start later than the reset was asked for.
 */
export function afterAnswer(
  context: StepContext,
  entered: Entered,
  { repeated, last }: { repeated: boolean; last: 'over' | 'given-up' },
): RescueFacts | null {
  const rescue = need(context.record.facts.rescue, 'rescue');
  // It was begun by a worker of an earlier version, by whichever clock.
  const { restart = { by: '' } } = rescue;
  if (entered === 'running') return restart.none ? null : { ...rescue, restart: { ...restart, none: true } };
  const resetAgain = entered === 'asked' && repeated;
  const sinceBefore = last === 'given-up' && restart.quietUntil === undefined;
  if (!resetAgain && !sinceBefore) return null;
  return { ...rescue, restart: { ...restart, quietUntil: context.now() + RESET_MS } };
}

/** How long nobody who answers is to be believed yet. Milliseconds. */
export function quietMs(context: StepContext): number {
  const left = (context.record.facts.rescue?.restart?.quietUntil ?? 0) - context.now();
  // More is the difference between two workers' clocks, which nobody is to wait for.
  return left > 2 * RESET_MS ? 0 : left;
}

/** Reasons why what answers was there before the last restart that was asked for. Before the first one nobody knew our key. */
export function judgeRestart(context: StepContext, proof: Proof): string[] {
  const { entries, requestedAt, restart } = need(context.record.facts.rescue, 'rescue');
  if (entries < 2 || restart === undefined || restart.none || requestedAt === undefined) return [];
  const { by, bootIdBefore } = restart;
  return judgeAge(proof, { agoMs: context.now() - requestedAt, oneClock: by === context.entry.run, bootIdBefore });
}
