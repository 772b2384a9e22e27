import { Survey } from '../../core/contracts/survey.ts';
import { XepaError } from '../../core/errors.ts';
import { survey } from '../host/survey.ts';
import { done, type Step } from '../saga/step.ts';
import type { StepDeps } from './deps.ts';

/** The largest servers stay below a tenth of this; every process reads it with each look at the record. */
const MAX_CHARACTERS = 1_000_000;

/** Learns everything about the device in one read-only round trip. */
export function surveyStep(deps: StepDeps): Step {
  return {
    name: 'survey',
    timeoutMs: 5 * 60_000,
    attempts: 5,
    async run({ record, signal }) {
      const shell = await deps.shells.shellOf(record, signal);
      const found = await shell.exec(survey(), signal);
      if (JSON.stringify(found).length > MAX_CHARACTERS || !Survey.safeParse(found).success) throw absurd();
      return done({ survey: found });
    },
  };
}

function absurd(): XepaError {
  const text = 'The rescue system describes more hardware than a server can have, so XEPA does not trust it.';
  return new XepaError('device-unfit', { message: text, userMessage: text });
}
