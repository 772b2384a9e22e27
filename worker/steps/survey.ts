import type { InstallRecord } from '../../core/contracts/install.ts';
import { Survey } from '../../core/contracts/survey.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { notTakenUp } from '../host/settled.ts';
import { survey } from '../host/survey.ts';
import { done, type Step, type StepContext, waiting } from '../saga/step.ts';
import type { StepDeps } from './deps.ts';
import { longestPreparationMs, tryKexec } from './kexec.ts';
import { longestUpMs, missHardware, returnFromKexec } from './kexec-return.ts';
import { nextLookMs } from './next-look.ts';
import { longestProofMs } from './rescue-proof.ts';

/** The largest servers stay below a tenth of this; every process reads it with each look at the record. */
const MAX_CHARACTERS = 1_000_000;

/** Some hardware stays without a driver for good: after this long it is left out. */
const SETTLE_MS = 20_000;
/** Of that, what one look waits by itself. */
const PATIENCE_MS = 1_000;
/** The most between two looks. */
const POLL_MS = 2_000;

/**
 * Learns everything about the device in one read-only round trip, once its kernel has found it all. Where only the kernel's command
 * line keeps the IOMMU off, the rescue kernel is started anew, and all of it is learnt again.
 */
export function surveyStep(deps: StepDeps): Step {
  return {
    name: 'survey',
    timeoutMs: 5 * 60_000 + longestKexecMs(deps),
    attempts: 5,
    async run(context) {
      const onItsWay = await returnFromKexec(deps, context);
      if (onItsWay) return onItsWay;
      const { record, signal } = context;
      const shell = await deps.shells.shellOf(record, signal);
      const found = knownSurvey(record) ?? (await look(shell, signal));
      const waited = waitedMs(context);
      const settling = notTakenUp(found).length > 0 && waited < SETTLE_MS;
      if (settling) return waiting(nextLookMs(waited, POLL_MS), 'the rescue system to load its drivers');
      const missing = await missHardware(deps, context, found);
      if (missing) return missing;
      return (await tryKexec(deps, context, { shell, survey: found })) ?? done({ survey: found });
    },
  };
}

/** Another start of the kernel, its preparation and the way back. Milliseconds. */
function longestKexecMs(deps: StepDeps): number {
  return longestPreparationMs + longestUpMs(deps) + longestProofMs(deps);
}

/** While another start of the kernel is prepared, nothing has changed. */
function knownSurvey({ facts }: InstallRecord): Survey | undefined {
  return facts.kexec?.state === 'preparing' ? facts.survey : undefined;
}

async function look(shell: HostShell, signal: AbortSignal): Promise<Survey> {
  const found = await shell.exec(survey(PATIENCE_MS), signal);
  if (JSON.stringify(found).length > MAX_CHARACTERS || !Survey.safeParse(found).success) throw absurd();
  return found;
}

/** For drivers, since this kernel was first looked at; while another start of it is prepared, long enough. */
function waitedMs({ record, entry, now }: StepContext): number {
  const { kexec } = record.facts;
  const since = kexec?.state === 'preparing' ? 0 : (kexec?.since ?? entry.startedAt);
  return now() - since;
}

function absurd(): XepaError {
  const text = 'The rescue system describes more hardware than a server can have, so XEPA does not trust it.';
  return new XepaError('device-unfit', { message: text, userMessage: text });
}
