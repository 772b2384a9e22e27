import type { InstallRecord } from '../core/contracts/install.ts';
import type { AnswerKind } from '../core/contracts/question.ts';
import { answerQuestion, openQuestion } from '../core/questions.ts';
import type { Asker, BotDeps } from './deps.ts';
import { authorise } from './judging.ts';
import { change, slackActor, stateText } from './operations.ts';
import { sentence } from './views/message.ts';

/**
 * Answers the worker's question for that person. Restarting the server from its disk is a change of it; looking, and the way back
 * into rescue, are never stopped by a freeze.
 * @param n the number of the question that the button stood under; 0 takes the one that is open
 * @throws XepaError not-allowed
 */
export async function answerFor(
  deps: BotDeps,
  asker: Asker,
  wish: { record: InstallRecord; kind: AnswerKind; n: number },
): Promise<void> {
  const { record, kind, n } = wish;
  await authorise(deps, asker, { action: kind === 'boot' ? 'boot-metal' : 'answer', record });
  const { changed, now } = await change(deps, record.id, (current) =>
    answerQuestion(
      current,
      { n: n || (openQuestion(current)?.n ?? 0), kind },
      { by: slackActor(asker), at: deps.clock.now() },
    ),
  );
  if (!changed) return asker.tell(sentence(`This question was answered already. ${stateText(now)}`));
  await deps.installQueue.wake(now.id);
}
