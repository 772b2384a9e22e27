import { XepaError } from '../../core/errors.ts';
import { done, type Outcome, type Step, type StepContext } from '../saga/step.ts';
import type { StepDeps } from './deps.ts';
import { leaveRescue } from './leave-rescue.ts';
import { moveBackOnDevice } from './lifeline-device.ts';
import { takeBackLifeline } from './take-back-lifeline.ts';

/** Tries to put the network back before the rest is left to `release`. */
const PATIENCE = 3;

/** Leaves rescue: the metal restarts from the disk that the installer wrote, with the provider's settings put back. */
export function bootStep(deps: StepDeps): Step {
  return {
    name: 'boot',
    timeoutMs: 2 * 3_600_000,
    attempts: 8,
    // The installer is done: nothing is gained by giving up on a provider that is away.
    outageMs: 2 * 3_600_000,
    async run(context) {
      if (!context.record.facts.stays) await leaveRescue(deps, context);
      return (await backToFirstPath(deps, context)) ?? done();
    },
  };
}

/**
 * While the metal tests its memory its network is put back, so that the installed system finds it. What the provider does not
 * take back now `release` tries again: the metal is on its way, and must be watched.
 */
async function backToFirstPath(deps: StepDeps, context: StepContext): Promise<Outcome | null> {
  try {
    if (context.record.facts.stays) await moveBackOnDevice(deps, context);
    return await takeBackLifeline(deps, context);
  } catch (error) {
    if (context.signal.aborted || !(error instanceof XepaError)) throw error;
    if (error.retry !== 'no' && context.entry.failures < PATIENCE) throw error;
    return null;
  }
}
