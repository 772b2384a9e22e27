import { XepaError } from '../../core/errors.ts';
import { fingerprint } from '../../core/ssh/host-key.ts';
import type { RescueAccess } from '../providers/types.ts';
import type { StepContext } from '../saga/step.ts';
import { need, providerOf, type StepDeps } from './deps.ts';

const LOOK_MS = 5_000;

/** How long a person may take to come, to find the login and to add a line. Milliseconds. */
export const HAND_MS = 60 * 60_000;
/** Each look is a login that fails. OpenSSH 9.8 keeps a caller out who fails more often than every five seconds (PerSourcePenalties). */
export const HAND_POLL_MS = 20_000;

/**
 * Notes what a person has to do where the provider cannot bring the install's key into its rescue system, once for each entry: the
 * thread says it. The host key lets them see that the same server answers them and us.
 * @returns what is waited for, completing "Waiting for …"
 */
export async function askToBeLetIn(deps: StepDeps, context: StepContext, access: RescueAccess): Promise<string> {
  const rescue = need(context.record.facts.rescue, 'rescue');
  if (rescue.letIn?.entry !== rescue.entries) {
    const { host, port, user } = access;
    const shown = await deps.readHostKey({ host, port, timeoutMs: LOOK_MS });
    const hostKey = shown === null ? null : fingerprint(shown);
    const { title } = providerOf(deps, context.record);
    await context.save({
      rescue: { ...rescue, letIn: { entry: rescue.entries, host, user, hostKey, provider: title } },
    });
  }
  return 'somebody to let XEPA into the rescue system; the thread says how';
}

/** Nobody came: another restart would change nothing. */
export function nobodyCame(deps: StepDeps, context: StepContext): XepaError {
  const minutes = HAND_MS / 60_000;
  const page = `${providerOf(deps, context.record).title}'s page of the server`;
  return new XepaError('not-rescue', {
    message: `nobody put the key of the install into the rescue system within ${minutes} minutes`,
    userMessage: `The rescue system came up, but within ${minutes} minutes nobody put XEPA's key into it, as ${page} lets you. Nothing was written to the server. Start the install again when you have the time.`,
  });
}
