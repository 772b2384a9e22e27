import { XepaError } from '../../core/errors.ts';
import type { StepContext } from '../saga/step.ts';
import type { Asked } from './ask.ts';
import { capabilitiesOf, providerOf, type StepDeps } from './deps.ts';

/** "It did not answer; what now?" @param evidence what was seen, a sentence without a full stop */
export async function silentQuestion(deps: StepDeps, context: StepContext, evidence: string): Promise<Asked> {
  const { rescueEntry } = capabilitiesOf(deps, context.record);
  const state = await providerSays(deps, context);
  return {
    kind: 'silent',
    step: 'verify',
    why: 'The server was started from its disk, and did not answer in its time.',
    findings: [evidence, ...state],
    logs: [],
    // A rescue system that somebody else brought up cannot be brought up again by us.
    answers: ['look-again', ...(rescueEntry === 'external' ? [] : (['to-rescue'] as const)), 'is-up'],
  };
}

/** What the provider has against the server, if anything: a server that is off cannot answer. */
async function providerSays(deps: StepDeps, context: StepContext): Promise<string[]> {
  try {
    const { blocked } = await providerOf(deps, context.record).getServer(context.record.device.id, context.signal);
    return blocked === null ? [] : [`its provider says: ${blocked}`];
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof XepaError) return [`its provider could not be asked: ${error.userMessage}`];
    throw error;
  }
}
