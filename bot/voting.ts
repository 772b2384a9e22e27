import type { InstallRecord } from '../core/contracts/install.ts';
import { isFinal } from '../core/contracts/install.ts';
import type { Change } from '../core/install-store.ts';
import { cardKeys } from './approval-copies.ts';
import { askOthers, castVote, deny, expire } from './approvals.ts';
import { askForPasskey } from './ask-passkey.ts';
import { badInput } from './bad-input.ts';
import type { Asker, BotDeps } from './deps.ts';
import { authorise, refuse } from './judging.ts';
import { change, slackActor } from './operations.ts';
import { humanOf } from './policy/same-person.ts';
import type { Policy } from './policy/schema.ts';
import { type Ballot, denyObstacle, fitsOf, voteObstacle } from './policy/votes.ts';
import { rejudge } from './rejudge.ts';
import { decisionText } from './views/decision.ts';
import { DENY_REASON_MIN, denyForm } from './views/deny-form.ts';
import { sentence } from './views/message.ts';
import { missingText } from './views/needs.ts';
import { reasonsText } from './views/reasons.ts';

/** A click on one round of a card. */
interface Click {
  record: InstallRecord;
  round: number;
}

/** Yes, by this person. Of any number of clicks of one person one counts; late ones are told what was decided. */
export async function approveFor(deps: BotDeps, asker: Asker, { record, round }: Click): Promise<void> {
  const person = await authorise(deps, asker, { action: 'approve', record });
  const ballot = ballotOf(record, deps.policy.current().policy);
  const isOpen = record.approval?.state === 'pending';
  const own = ballot.votes.find(({ by }) => by.id === asker.user);
  // Who lost the link, or linked a passkey only now, presses again: all is asked again too.
  const awaited = isOpen && own?.stepUp === 'awaited';
  const obstacle = (awaited ? denyObstacle : voteObstacle)(ballot, person, deps.rules.teamId);
  if (obstacle !== null && isOpen)
    throw await refuse(deps, asker, { wish: { action: 'approve', record }, reasons: [obstacle] });
  if (isOpen && !(await stillHolds(deps, asker, record))) return;
  if (awaited) return askForPasskey(deps, asker, record);
  const stepUp = record.approval?.stepUp ? 'awaited' : 'not-needed';
  const fits = fitsOf(person, ballot.needs);
  const human = ballot.humanOf(asker.user);
  const vote = { by: slackActor(asker), human, round, fits, stepUp, channel: asker.channel } as const;
  const now = await decide(deps, asker, record, (current, at) => castVote(current, { ...vote, at }));
  if (!now) return;
  if (stepUp === 'awaited') return askForPasskey(deps, asker, now);
  if (now.phase !== 'approval' || !now.approval) return;
  const left = missingText(now.approval.needs, now.approval.votes, now.request.requestedBy.id);
  await asker.tell(sentence(`Your vote counts. Still needed: ${left}.`));
}

/** False when the request cannot go ahead as it stands; the person is told why. */
async function stillHolds(deps: BotDeps, asker: Asker, record: InstallRecord): Promise<boolean> {
  const now = await rejudge(deps, record);
  if (now.kind === 'same') return true;
  if (now.kind === 'refused') {
    const reasons = reasonsText(now.reasons, now.named);
    await asker.tell(sentence(`This cannot go ahead now, so your vote was not counted. ${reasons}`));
    return false;
  }
  const { asks, rules, policy } = now;
  await deps.store.update(record.id, (current) => askOthers(current, { asks, rules, policy, at: deps.clock.now() }));
  await asker.tell(
    sentence(
      'The policy has changed since this was requested: it asks for other approvals now. Look at the card again.',
    ),
  );
  return false;
}

/** No, by this person: it ends the request at once. Where the policy wants a reason, it is asked for first. */
export async function denyFor(deps: BotDeps, asker: Asker, no: Click & { reason?: string }): Promise<void> {
  const { record, round, reason } = no;
  const person = await authorise(deps, asker, { action: 'approve', record });
  const obstacle = denyObstacle(ballotOf(record, deps.policy.current().policy), person, deps.rules.teamId);
  if (obstacle !== null) throw await refuse(deps, asker, { wish: { action: 'approve', record }, reasons: [obstacle] });
  if (record.approval?.denyReason && record.approval.state === 'pending') {
    if (reason === undefined) return asker.open(denyForm(record));
    if (reason.trim().length < DENY_REASON_MIN) {
      throw badInput(
        `The policy wants a reason for a no: \`--reason "TEXT"\`, at least ${DENY_REASON_MIN} characters.`,
      );
    }
  }
  const why = reason === undefined ? {} : { reason };
  await decide(deps, asker, record, (current, at) => deny(current, { by: slackActor(asker), at, round, ...why }));
}

/** Null when somebody else was first, or it was too late: then the person is told, and every copy of the card is put right. */
async function decide(
  deps: BotDeps,
  asker: Asker,
  record: InstallRecord,
  wish: (current: InstallRecord, at: number) => Change | null,
): Promise<InstallRecord | null> {
  const at = deps.clock.now();
  let counted = false;
  const { now } = await change(deps, record.id, (current) => {
    const next = wish(current, at);
    counted = next !== null;
    return next ?? expire(current, at);
  });
  if (isFinal(now)) await deps.store.markEnded(now.id);
  if (now.phase === 'forward' || now.phase === 'undo') await deps.installQueue.wake(now.id);
  if (counted) return now;
  for (const key of cardKeys(now)) await deps.sent.repaint(now.id, key);
  await deps.notices.send({ installId: now.id, rev: now.rev });
  await asker.tell(sentence(tooLate(now)));
  return null;
}

function tooLate(record: InstallRecord): string {
  if (record.approval?.state !== 'pending') {
    return `Your click came too late: this request is already ${decisionText(record)}.`;
  }
  return 'Your click was on an older card, or your vote is there already: look at the newest card in the thread.';
}

/** What is voted on, in the policy's words. */
export function ballotOf(record: InstallRecord, policy: Pick<Policy, 'same_person'>): Ballot {
  const { needs = [], votes = [] } = record.approval ?? {};
  return { needs, votes, requester: record.request.requestedBy.id, humanOf: (id) => humanOf(policy, id) };
}
