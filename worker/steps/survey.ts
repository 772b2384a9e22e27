import { Survey } from '../../core/contracts/survey.ts';
import { XepaError } from '../../core/errors.ts';
import { notTakenUp } from '../host/settled.ts';
import { survey } from '../host/survey.ts';
import { done, type Step, waiting } from '../saga/step.ts';
import type { StepDeps } from './deps.ts';
import { nextLookMs } from './next-look.ts';

/** The largest servers stay below a tenth of this; every process reads it with each look at the record. */
const MAX_CHARACTERS = 1_000_000;

/** Some hardware stays without a driver for good: after this long it is left out. */
const SETTLE_MS = 20_000;
/** The most between two looks. */
const POLL_MS = 2_000;

/** Learns everything about the device in one read-only round trip, once its kernel has found it all. */
export function surveyStep(deps: StepDeps): Step {
  return {
    name: 'survey',
    timeoutMs: 5 * 60_000,
    attempts: 5,
    async run({ record, entry, signal, now }) {
      const shell = await deps.shells.shellOf(record, signal);
      const found = await shell.exec(survey(), signal);
      if (JSON.stringify(found).length > MAX_CHARACTERS || !Survey.safeParse(found).success) throw absurd();
      const waited = now() - entry.startedAt;
      const settling = notTakenUp(found).length > 0 && waited < SETTLE_MS;
      if (settling) return waiting(nextLookMs(waited, POLL_MS), 'the rescue system to load its drivers');
      return done({ survey: found });
    },
  };
}

function absurd(): XepaError {
  const text = 'The rescue system describes more hardware than a server can have, so XEPA does not trust it.';
  return new XepaError('device-unfit', { message: text, userMessage: text });
}
