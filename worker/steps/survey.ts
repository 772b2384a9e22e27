import { survey } from '../host/survey.ts';
import { done, type Step } from '../saga/step.ts';
import type { StepDeps } from './deps.ts';

/** Learns everything about the device in one read-only round trip. */
export function surveyStep(deps: StepDeps): Step {
  return {
    name: 'survey',
    timeoutMs: 5 * 60_000,
    attempts: 5,
    async run({ record, signal }) {
      const shell = await deps.shells.shellOf(record, signal);
      return done({ survey: await shell.exec(survey(), signal) });
    },
  };
}
