import { XepaError } from '../core/errors.ts';
import type { GeneralTrail } from '../core/general-trail.ts';
import type { Command } from './commands/spec.ts';
import type { Asker } from './deps.ts';
import { Refused } from './judging.ts';
import { slackActor } from './operations.ts';
import type { ActionName } from './policy/types.ts';

/**
 * Runs what concerns no install yet; who is refused by something else than the policy, such as somebody's lock or a
 * retired ISO, stands in the general trail before they hear it. What is on a trail already is not written again.
 */
export async function recordRefusal<T>(
  deps: { trail: Pick<GeneralTrail, 'note'> },
  asker: Asker,
  about: { what: ActionName; command?: string },
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (err) {
    if (!(err instanceof XepaError) || err.code !== 'not-allowed' || err instanceof Refused) throw err;
    const { message, userMessage } = err;
    await deps.trail.note({ type: 'refused', actor: slackActor(asker), detail: { ...about, reason: userMessage } });
    throw new Refused(err.code, { message, userMessage, cause: err });
  }
}

/** The same for a whole command. */
export function recordingRefusals(what: ActionName, run: Command['run']): Command['run'] {
  return (deps, asker, parsed) =>
    recordRefusal(deps, asker, { what, command: parsed.verb }, () => run(deps, asker, parsed));
}
