import { done, type Step, waiting } from '../saga/step.ts';
import type { StepDeps } from './deps.ts';
import { longestProofMs, proveRescue } from './rescue-proof.ts';

/** Waits until SSH answers and proves that it is the rescue system: nothing that writes may happen before. */
export function reachStep(deps: StepDeps): Step {
  return {
    name: 'reach',
    timeoutMs: longestProofMs(deps),
    attempts: 5,
    async run(context) {
      const proof = await proveRescue(deps, context, 0);
      return 'reach' in proof ? done({ reach: proof.reach }) : waiting(proof.ms, proof.missing);
    },
  };
}
