import type { Vote } from '../core/contracts/approval.ts';
import { type InstallRecord, isFinal } from '../core/contracts/install.ts';
import type { Change } from '../core/install-store.ts';
import { askOthers, countProven, isPending, turnAway } from './approvals.ts';
import type { BotDeps } from './deps.ts';
import { namedIn, situationOf, unvotable } from './judging.ts';
import { judge } from './policy/judge.ts';
import { namedGroups } from './policy/roles.ts';
import type { Person } from './policy/types.ts';
import { denyObstacle, fitsOf } from './policy/votes.ts';
import { rejudge } from './rejudge.ts';
import { ballotOf } from './voting.ts';

/** Votes for which a passkey was shown, and that nobody has judged since. */
export function provenVotes(record: InstallRecord, now: number): Vote[] {
  const votes = isPending(record, now) ? (record.approval?.votes ?? []) : [];
  return votes.filter(({ stepUp }) => stepUp === 'shown');
}

/**
 * Judges each proven vote as if it were clicked now: half an hour may lie between the click and the passkey, in which
 * people leave, groups and policies change, and somebody freezes everything. Any number of bots may do it at once.
 * @throws XepaError slack-failed: without Slack's word nothing counts; the caller tries again
 */
export async function judgeProven(deps: BotDeps, installId: string): Promise<void> {
  const record = await deps.store.find(installId);
  if (!record) return;
  for (const vote of provenVotes(record, deps.clock.now()))
    await judgeOne(deps, vote, await deps.store.load(installId));
}

async function judgeOne(deps: BotDeps, vote: Vote, record: InstallRecord): Promise<void> {
  const { policy } = deps.policy.current();
  const person = await deps.people.find(vote.by.id, namedGroups(policy));
  const change = await changeFor(deps, { vote, person, record });
  const now = await deps.store.update(record.id, change);
  if (isFinal(now)) await deps.store.markEnded(now.id);
  if (now.phase === 'forward') await deps.installQueue.wake(now.id);
}

async function changeFor(
  deps: BotDeps,
  about: { vote: Vote; person: Person; record: InstallRecord },
): Promise<(current: InstallRecord) => Change | null> {
  const { vote, person, record } = about;
  const at = deps.clock.now();
  const decision = { by: vote.by, at, round: record.approval?.round ?? 0 };
  const away = (why: readonly string[], named: readonly string[]) => (current: InstallRecord) =>
    turnAway(current, { ...decision, why: [...why], named: [...named] });
  const own = await voterObstacles(deps, about);
  if (own.reasons.length > 0) return away(own.reasons, own.named);
  const whole = await rejudge(deps, record);
  if (whole.kind === 'refused') return away(whole.reasons, whole.named);
  if (whole.kind === 'changed') return (current) => askOthers(current, { ...whole, at });
  return (current) => countProven(current, { ...decision, fits: fitsOf(person, record.approval?.needs ?? []) });
}

/** Why this person may not approve now, by their roles and by what the request needs. */
async function voterObstacles(deps: BotDeps, about: { vote: Vote; person: Person; record: InstallRecord }) {
  const { vote, person, record } = about;
  const channel = vote.channel ?? record.slack?.channel ?? '';
  const situation = await situationOf(deps, { channel }, { person, wish: { action: 'approve', record } });
  const { policy } = deps.policy.current();
  const judgement = judge(policy, situation);
  const named = namedIn(situation);
  if (judgement.kind === 'refused') return { reasons: judgement.reasons, named };
  if (judgement.kind === 'needs-approval') return { reasons: [unvotable(judgement.terms)], named };
  const obstacle = denyObstacle(ballotOf(record, policy), person, deps.rules.teamId);
  return { reasons: obstacle === null ? [] : [obstacle], named };
}
