import { XepaError } from '../../core/errors.ts';
import { takeBackPath } from '../providers/second-path.ts';
import { type Outcome, type StepContext, waiting } from '../saga/step.ts';
import { need, type StepDeps } from './deps.ts';
import { moverOf, noteLifeline } from './lifeline-notes.ts';

const POLL_MS = 3_000;
/** What the provider says that it is about to do is waited for so long, and then it is a failure. */
const LONGEST_MS = 20 * 60_000;

/**
 * Takes the second path back at the provider, whatever of it was begun; from here on the server has its first address. An
 * outcome while the provider is at work; null once nothing is left, or nothing ever was.
 */
export async function takeBackLifeline(deps: StepDeps, context: StepContext): Promise<Outcome | null> {
  const { lifeline, reach } = context.record.facts;
  if (!lifeline || lifeline.gone) return null;
  const backSince = lifeline.backSince ?? context.now();
  if (lifeline.backSince === undefined) {
    const first = { ...need(reach, 'reach'), host: lifeline.host };
    await context.save({ lifeline: { ...lifeline, backSince }, reach: first });
    deps.shells.drop(context.record.id);
  }
  const begun = { has: (name: string) => lifeline.begun.includes(name) };
  const left = await takeBackPath(moverOf(deps, context.record), {
    ...{ path: lifeline.path, begun, signal: context.signal },
  }).catch(tryAgain);
  if (left === null) {
    await noteLifeline(context, { gone: true });
    return null;
  }
  if (context.now() - backSince >= LONGEST_MS) throw tooSlow(left);
  return waiting(POLL_MS, left);
}

/** What is refused now may be taken in a minute: switches lag behind what an API says. */
function tryAgain(error: unknown): never {
  if (!(error instanceof XepaError) || error.retry !== 'no') throw error;
  const { code, message, userMessage } = error;
  throw new XepaError(code, { message, userMessage, retry: 'backoff', cause: error });
}

function tooSlow(left: string): XepaError {
  return new XepaError('timeout', {
    message: `the second path is not taken back: waiting for ${left}`,
    userMessage: `The provider has not taken the second path to the server back; XEPA waited for ${left}. Look at the device's ports, VLANs and addresses there.`,
    retry: 'backoff',
  });
}
