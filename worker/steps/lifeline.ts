import type { LifelinePlan } from '../../core/contracts/lifeline.ts';
import { makePath } from '../providers/second-path.ts';
import type { LifelineMove } from '../providers/types.ts';
import { done, type Outcome, type Step, type StepContext, waiting } from '../saga/step.ts';
import { need, type StepDeps } from './deps.ts';
import { moveOnDevice } from './lifeline-device.ts';
import { moverOf, noteLifeline } from './lifeline-notes.ts';
import { keyLabel } from './rescue.ts';
import { takeBackLifeline } from './take-back-lifeline.ts';

const POLL_MS = 2_000;

/**
 * Moves our own connection to another port, so that the one it has can go into the VM. Only where the plan says so. Its undo
 * works without the server, which the undo of `rescue` restarts in any case.
 */
export function lifelineStep(deps: StepDeps): Step {
  return {
    name: 'lifeline',
    timeoutMs: 20 * 60_000,
    attempts: 4,
    async run(context) {
      const plan = context.record.facts.plan?.lifeline;
      if (!plan) return done();
      return (await makeAtProvider(moverOf(deps, context.record), context, plan)) ?? moveOnDevice(deps, context, plan);
    },
    undo: async (context) => (await takeBackLifeline(deps, context)) ?? done(),
  };
}

/** Null once the path is there as far as the provider can make it. */
async function makeAtProvider(move: LifelineMove, context: StepContext, plan: LifelinePlan): Promise<Outcome | null> {
  const { record, signal } = context;
  if (record.facts.lifeline?.way) return null;
  const path = { label: keyLabel(record.id), deviceId: record.device.id, portId: plan.portId };
  if (!record.facts.lifeline) {
    await context.save({ lifeline: { path, host: need(record.facts.reach, 'reach').host, begun: [] } });
  }
  const begunNow = () => context.record.facts.lifeline?.begun ?? [];
  const begun = {
    has: (name: string) => begunNow().includes(name),
    note: (name: string) => noteLifeline(context, { begun: [...begunNow(), name] }),
  };
  const missing = await makePath(move, { path, begun, signal });
  if (missing !== null) return waiting(POLL_MS, missing);
  const way = await move.address(path, signal);
  await noteLifeline(context, { way: { ...way, since: context.now() } });
  return null;
}
