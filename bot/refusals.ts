import { XepaError } from '../core/errors.ts';
import type { Command } from './commands/spec.ts';
import { Refused } from './judging.ts';
import { slackActor } from './operations.ts';
import type { ActionName } from './policy/types.ts';

/**
 * Runs a command that concerns no install yet; who is refused by something else than the policy, such as somebody's
 * lock, stands in the general trail before they hear it.
 */
export function recordingRefusals(what: ActionName, run: Command['run']): Command['run'] {
  return async (deps, asker, parsed) => {
    try {
      await run(deps, asker, parsed);
    } catch (err) {
      if (err instanceof XepaError && err.code === 'not-allowed' && !(err instanceof Refused)) {
        const detail = { what, command: parsed.verb, reason: err.userMessage };
        await deps.trail.note({ type: 'refused', actor: slackActor(asker), detail });
      }
      throw err;
    }
  };
}
