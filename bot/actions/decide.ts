import type { InstallRecord } from '../../core/contracts/install.ts';
import { isFinal } from '../../core/contracts/install.ts';
import { approve, deny, expire } from '../approvals.ts';
import { authorise } from '../authorise.ts';
import type { Asker, BotDeps } from '../deps.ts';
import { change, slackActor } from '../operations.ts';
import { mayApprove } from '../policy.ts';
import { decisionText } from '../views/approval-card.ts';
import { actionIds } from '../views/buttons.ts';
import { sentence } from '../views/message.ts';
import type { Action } from './action.ts';

export const approveAction: Action = {
  id: actionIds.approve,
  run: (deps, asker, record) => vote(deps, asker, { record, what: 'approve', decide: approve }),
};

export const denyAction: Action = { id: actionIds.deny, run: denyBecause(undefined) };

/** What the button does, with a reason where one was typed. */
export function denyBecause(reason: string | undefined): Action['run'] {
  const decide: typeof approve = (current, by, at) => deny(current, by, at, reason);
  return (deps, asker, record) => vote(deps, asker, { record, what: 'deny', decide });
}

/** Of any number of clicks one decides; the others are told what was decided, and see the card put right. */
async function vote(
  deps: BotDeps,
  asker: Asker,
  wish: { record: InstallRecord; what: string; decide: typeof approve },
): Promise<void> {
  await authorise(deps, asker, { record: wish.record, may: mayApprove, what: wish.what });
  const at = deps.clock.now();
  const by = slackActor(asker);
  let voted = false;
  const { now } = await change(deps, wish.record.id, (current) => {
    const vote = wish.decide(current, by, at);
    voted = vote !== null;
    return vote ?? expire(current, at);
  });
  if (isFinal(now)) await deps.store.markEnded(now.id);
  if (!voted) return tooLate(deps, asker, now);
  if (now.phase === 'forward') await deps.installQueue.wake(now.id);
}

async function tooLate(deps: BotDeps, asker: Asker, record: InstallRecord): Promise<void> {
  await deps.sent.repaint(record.id, 'approval');
  await deps.notices.send({ installId: record.id, rev: record.rev });
  await asker.tell(sentence(`Your click came too late: this request is already ${decisionText(record)}.`));
}
