import { done, type Step } from '../saga/step.ts';
import type { StepDeps } from './deps.ts';
import { leaveRescue } from './leave-rescue.ts';

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
      return done();
    },
  };
}
