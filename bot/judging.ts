import { yesVotes } from '../core/approval-votes.ts';
import type { Device } from '../core/contracts/device.ts';
import { deviceKey } from '../core/contracts/device.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import { XepaError } from '../core/errors.ts';
import { askedAction } from './asked-action.ts';
import type { Asker, BotDeps } from './deps.ts';
import { activeLock, noNote } from './device-notes.ts';
import { outsiderReason } from './policy/full-member.ts';
import { judge } from './policy/judge.ts';
import { namedGroups, namedUsers } from './policy/roles.ts';
import type { ActionName, ApprovalTerms, AskedAction, Judgement, Person, Situation } from './policy/types.ts';
import type { Shelf } from './shelf.ts';
import { slackSilent } from './slack-errors.ts';
import { mention } from './text.ts';
import { reasonsText } from './views/reasons.ts';

/** What somebody wants to do, and with what. */
export interface Wish {
  action: ActionName;
  device?: Device;
  /** The install that it concerns; a refusal goes to its audit trail. */
  record?: InstallRecord;
  reason?: string | null;
  /** What a break glass stands in for, where it is not about a record. */
  insteadOf?: AskedAction;
}

type Allowed = Exclude<Judgement, { kind: 'refused' }>;

/**
 * Asks Slack who this is and the policy what they may do, both at this moment. A refusal is put on the audit trail.
 * @throws XepaError not-allowed with every reason; slack-failed when Slack does not say who it is
 */
export async function judgeFor(
  deps: BotDeps,
  asker: Asker,
  wish: Wish,
): Promise<{ judgement: Allowed; policy: string; person: Person }> {
  const { policy, digest } = deps.policy.current();
  const person = await deps.people.find(asker.user, namedGroups(policy));
  const situation = await situationOf(deps, asker, { person, wish });
  const judgement = judge(policy, situation);
  if (judgement.kind === 'refused') {
    throw await refuse(deps, asker, {
      wish,
      reasons: judgement.reasons,
      named: [...namedIn(situation), ...namedUsers(policy)],
    });
  }
  return { judgement, policy: digest, person };
}

/**
 * The same for what cannot be put to a vote: a command that looks, or one about an install that is under way.
 * @throws XepaError not-allowed, slack-failed
 */
export async function authorise(deps: BotDeps, asker: Asker, wish: Wish): Promise<Person> {
  const { judgement, person } = await judgeFor(deps, asker, wish);
  if (judgement.kind === 'allowed') return person;
  throw await refuse(deps, asker, { wish, reasons: [unvotable(judgement.terms)] });
}

/**
 * Asked before anything is looked up: to people from outside not even the nearest name of what they mistyped is told.
 * @throws XepaError not-allowed, slack-failed
 */
export async function mustBeMember(deps: BotDeps, asker: Asker, action: ActionName): Promise<void> {
  const outside = outsiderReason(await deps.people.find(asker.user, []), deps.rules.teamId);
  if (outside !== null) throw await refuse(deps, asker, { wish: { action }, reasons: [outside] });
}

/** A rule asks for approvals of something else than an install. */
export function unvotable({ because }: ApprovalTerms): string {
  return `This needs approval (${because}), and only an install or a console can be put to a vote.`;
}

/**
 * May somebody else do this, for whom the asker wants it? A refusal stands in the trail under who asked.
 * @throws XepaError not-allowed, slack-failed
 */
export async function judgeOther(
  deps: BotDeps,
  asker: Asker,
  wish: Wish & { record: InstallRecord; person: string },
): Promise<Person> {
  const { policy } = deps.policy.current();
  const person = await deps.people.find(wish.person, namedGroups(policy)).catch((cause: unknown) => {
    throw slackSilent(`who ${mention(wish.person)} is`, cause);
  });
  const situation = await situationOf(deps, asker, { person, wish });
  const judgement = judge(policy, situation);
  if (judgement.kind === 'allowed') return person;
  const why = judgement.kind === 'refused' ? judgement.reasons : ['This needs approval.'];
  const reasons = [`Nothing was done: ${person.id} may not have that. They would be told: ${why.join(' ')}`];
  const named = [...namedIn(situation), ...namedUsers(policy)];
  throw await refuse(deps, asker, { wish, reasons, named, receiver: person.id });
}

/** Where the time, the workspace, and what is noted of devices are read. */
interface SituationDeps extends Pick<BotDeps, 'clock'> {
  rules: Pick<BotDeps['rules'], 'teamId'>;
  shelf: { notes: Pick<Shelf['notes'], 'of'>; freezes: Pick<Shelf['freezes'], 'inForce'> };
}

/**
 * Everything the policy wants to know of a wish. App Home and a form are in no channel: what is done there to an install
 * counts as done in the install's own, so no ceiling can be walked around.
 */
export async function situationOf(
  deps: SituationDeps,
  asker: Pick<Asker, 'channel'>,
  about: { person: Person; wish: Wish },
): Promise<Situation> {
  const { action, record, reason = null } = about.wish;
  const device = about.wish.device ?? record?.device ?? null;
  const now = deps.clock.now();
  const note = device ? await deps.shelf.notes.of(deviceKey(device)) : noNote;
  return {
    action,
    device,
    owner: note.owner?.user ?? null,
    person: about.person,
    teamId: deps.rules.teamId,
    channel: asker.channel || (record?.slack?.channel ?? ''),
    now,
    reason,
    freezes: await deps.shelf.freezes.inForce(now),
    lock: activeLock(note, now),
    ...(record ? { install: partsIn(record) } : {}),
    insteadOf: record ? askedAction(record.request) : (about.wish.insteadOf ?? 'install'),
  };
}

function partsIn({ request, approval }: InstallRecord): NonNullable<Situation['install']> {
  return {
    requester: request.requestedBy.id,
    approvedBy: approval?.state === 'approved' ? yesVotes(approval.votes).map(({ by }) => by.id) : [],
    neededApproval: approval !== undefined,
  };
}

/** Whom the reasons of a judgement may name: whose lock and whose freezes there are. */
export function namedIn({ lock, freezes }: Pick<Situation, 'lock' | 'freezes'>): string[] {
  return [...(lock ? [lock.by] : []), ...freezes.map(({ by }) => by)];
}

/** A refusal that stands on the audit trail already. */
export class Refused extends XepaError {}

/** Why somebody may not have what they want. People are Slack user ids. */
interface Refusal {
  wish: Wish;
  reasons: readonly string[];
  /** People who may occur in the reasons. */
  named?: readonly string[];
  /** For whom it was wanted, if for somebody else. */
  receiver?: string;
}

/** A refusal, written down with ids before it is said with mentions. @returns the error to throw */
export async function refuse(deps: BotDeps, asker: Asker, refusal: Refusal) {
  const { wish, reasons, named = [], receiver } = refusal;
  const { action, record, device } = wish;
  const note = {
    type: 'refused',
    actor: { via: 'slack' as const, id: asker.user },
    detail: {
      what: action,
      reason: reasons.join(' '),
      ...(device ? { device: deviceKey(device) } : {}),
      ...(receiver === undefined ? {} : { for: receiver }),
    },
  };
  if (record) await deps.store.note(record.id, note);
  else await deps.trail.note(note);
  const userMessage = reasonsText(reasons, receiver === undefined ? named : [...named, receiver]);
  return new Refused('not-allowed', { message: `refused: ${action}`, userMessage });
}
