import { XepaError } from '../../core/errors.ts';
import { fingerprint } from '../../core/ssh/host-key.ts';
import type { RescueAccess } from '../providers/types.ts';
import type { StepContext } from '../saga/step.ts';
import { need, providerOf, type StepDeps } from './deps.ts';

const LOOK_MS = 5_000;

/** How long a person may take to come, to find the login and to add a line. Milliseconds. */
export const HAND_MS = 60 * 60_000;

/**
 * What a person has to do where the provider cannot bring the install's key into its rescue system. It completes
 * "Waiting for …", and is short enough for a message to hold all of the key. The host key lets them see that they are let in by the same server.
 */
export async function lineToAdd(deps: StepDeps, context: StepContext, access: RescueAccess): Promise<string> {
  const { host, port, user } = access;
  const shown = await deps.readHostKey({ host, port, timeoutMs: LOOK_MS });
  const seen = shown === null ? '' : ` (host key ${fingerprint(shown)})`;
  const page = `${providerOf(deps, context.record).title}'s page of it`;
  const key = need(context.record.facts.rescue, 'rescue').publicKey.trim();
  return `a person: log in to ${host}${seen} as ${page} says, and add to ~${user}/.ssh/authorized_keys: ${key}`;
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
