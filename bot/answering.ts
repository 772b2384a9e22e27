import type { InstallRecord } from '../core/contracts/install.ts';
import type { AnswerKind } from '../core/contracts/question.ts';
import { answerQuestion, openQuestion } from '../core/questions.ts';
import type { Asker, BotDeps } from './deps.ts';
import { authorise, judgeFor, refuse } from './judging.ts';
import { change, slackActor, stateText } from './operations.ts';
import { sentence } from './views/message.ts';

/**
 * Answers the worker's question for that person. Restarting the server from its disk is a change of it; looking, and the way back
 * into rescue, are never stopped by a freeze; the console again is judged like a console on that server.
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
  if (kind === 'console-again') await mustMayOpen(deps, asker, record);
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

/**
 * People agreed to this machine, its disks and the ways into the VM, and the worker holds that against what it finds: no new votes are
 * needed for the same. Where nobody was asked, and somebody would have to be now, a question is no place for a vote.
 */
async function mustMayOpen(deps: BotDeps, asker: Asker, record: InstallRecord): Promise<void> {
  const wish = { action: 'troubleshoot', record, reason: record.request.reason ?? null } as const;
  const { judgement } = await judgeFor(deps, asker, wish);
  if (judgement.kind === 'allowed' || record.approval?.state === 'approved') return;
  const { because } = judgement.terms;
  throw await refuse(deps, asker, { wish, reasons: [unvoted(because, record)] });
}

function unvoted(because: string, { device }: InstallRecord): string {
  return `A console on this server needs approval by now (${because}), and nobody was asked to approve this install. Choose another answer; once it has ended, type /xepa console ${device.name}: that asks for the approval.`;
}
