import { hasLeftRescue } from '../../core/console-round.ts';
import type { Facts, OtherDiscFacts } from '../../core/contracts/facts.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Answer } from '../../core/contracts/question.ts';
import { openQuestion } from '../../core/questions.ts';
import { type Outcome, type StepContext, waiting } from '../saga/step.ts';
import { askInRescue } from './come-back.ts';
import { need, type StepDeps } from './deps.ts';

/** What was true of the rescue system before the restart, and of the VM in it. */
const gone = [
  ...(['kexec', 'prepare', 'media', 'extras', 'otherDisc', 'bind', 'launch'] as const),
  ...(['console', 'attend', 'poweringDown', 'handback'] as const),
] satisfies (keyof Facts)[];

/** The disk on a screen once more: all steps from the survey on, in the rescue system that has just proven itself. */
export function consoleAgain({ facts }: InstallRecord, answer: Answer): Outcome {
  const { handback, otherDisc } = facts;
  return {
    kind: 'once-more',
    from: 'survey',
    facts: {
      again: { n: (facts.again?.n ?? 0) + 1, by: answer.by.id },
      comeBack: { ...need(facts.comeBack, 'verify'), handled: answer.n },
      // The report at the end names every file that was ever written; the rest is found out anew.
      ...(handback ? { handback: { ...handback, bootable: undefined } } : {}),
      ...(otherDisc ? { otherDisc: lost(otherDisc) } : {}),
    },
    forget: gone,
  };
}

/** Else what was asked for at the console before would be fetched once more. */
function lost(disc: OtherDiscFacts): OtherDiscFacts {
  return { ...disc, state: 'failed', why: 'It went with the rescue system, which was restarted.' };
}

/** It came to nothing: the server waits in rescue, and nobody has been asked since. */
export function isRoundOver(record: InstallRecord): boolean {
  const { again, comeBack } = record.facts;
  if (again?.failed === undefined || comeBack?.state !== 'in-rescue') return false;
  return !hasLeftRescue(record) && openQuestion(record) === null;
}

export async function afterRound(deps: StepDeps, context: StepContext): Promise<Outcome> {
  const failed = need(context.record.facts.again?.failed, 'verify');
  await askInRescue(deps, context, `The console could not be opened again. ${failed} The server is still in rescue.`);
  return waiting(0, 'somebody to say how to go on; see the thread');
}
