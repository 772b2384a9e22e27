import { canonical } from '../core/audit-chain.ts';
import type { Approval } from '../core/contracts/approval.ts';
import { deviceKey } from '../core/contracts/device.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import { askedAction } from './asked-action.ts';
import type { BotDeps } from './deps.ts';
import { namedIn, situationOf } from './judging.ts';
import { judge } from './policy/judge.ts';
import { namedGroups } from './policy/roles.ts';
import type { ApprovalTerms, AskedAction } from './policy/types.ts';
import { slackSilent } from './slack-errors.ts';
import { mention } from './text.ts';

/** What a request asks of those who decide, and holds afterwards, in the words of its record. */
export type Asks = Pick<Approval, 'needs' | 'stepUp' | 'denyReason' | 'knownDisks' | 'startWithinMs' | 'lastsMs'>;

/** What the policy says of a request now, some time after it was made. */
export type Rejudgement =
  | { kind: 'same' }
  /** Somebody froze it, the hours are protected, the requester has left: a sentence each. `named`: people in them. */
  | { kind: 'refused'; reasons: readonly string[]; named: readonly string[] }
  /** Others have to agree than was written down. */
  | { kind: 'changed'; asks: Asks; rules: readonly string[]; policy: string };

/** Asked at every vote: between the request and the vote that decides, the world goes on. Slack is asked who the requester is by now. */
export async function rejudge(deps: BotDeps, record: InstallRecord): Promise<Rejudgement> {
  const { requestedBy, reason = null } = record.request;
  const { judgement, named, digest } = await judgeNow(deps, record, {
    action: askedAction(record.request),
    by: requestedBy.id,
    reason,
  });
  if (judgement.kind === 'refused') return { kind: 'refused', reasons: judgement.reasons, named };
  if (judgement.kind === 'allowed') return { kind: 'same' };
  const { terms, rules } = judgement;
  const asks = asksOf(terms);
  return isAsWritten(asks, record) ? { kind: 'same' } : { kind: 'changed', asks, rules, policy: digest };
}

/** The same when its time has come. An emergency is judged as one, of whoever put it through: it needs no votes. */
export async function rejudgeStart(deps: BotDeps, record: InstallRecord): Promise<Rejudgement> {
  const { breakGlass } = record.approval ?? {};
  if (!breakGlass) return rejudge(deps, record);
  const { by, reason } = breakGlass;
  const { judgement, named } = await judgeNow(deps, record, { action: 'break-glass', by: by.id, reason });
  return judgement.kind === 'refused' ? { kind: 'refused', reasons: judgement.reasons, named } : { kind: 'same' };
}

/** What the policy says by now of this install, wanted by that person as Slack knows them by now. */
async function judgeNow(
  deps: BotDeps,
  record: InstallRecord,
  wanted: { action: AskedAction | 'break-glass'; by: string; reason: string | null },
) {
  const { policy, digest } = deps.policy.current();
  const { action, by, reason } = wanted;
  const person = await deps.people.find(by, namedGroups(policy)).catch((cause: unknown) => {
    throw slackSilent(`who ${mention(by)} is, who asked for this`, cause);
  });
  const wish = { action, device: await deviceNow(deps, record), reason, insteadOf: askedAction(record.request) };
  const situation = await situationOf(deps, { channel: record.slack?.channel ?? '' }, { person, wish });
  return { judgement: judge(policy, situation), named: namedIn(situation), digest };
}

/** The terms of the policy as a record keeps them. */
function asksOf({ needs, stepUp, denyReason, knownDisks, startWithinMs, expiresInMs }: ApprovalTerms): Asks {
  return {
    needs: needs.map((need) => ({ ...need })),
    stepUp,
    denyReason,
    knownDisks,
    startWithinMs,
    lastsMs: expiresInMs,
  };
}

/** A vote that was given under easier terms is none any more. */
function isAsWritten(asks: Asks, { approval }: InstallRecord): boolean {
  if (!approval) return false;
  const { needs, stepUp, denyReason, knownDisks, startWithinMs, lastsMs } = approval;
  return canonical(asks) === canonical({ needs, stepUp, denyReason, knownDisks, startWithinMs, lastsMs });
}

/** Its tags may be others by now; a device that the inventory has lost is judged by what it was. */
async function deviceNow(deps: BotDeps, { device }: InstallRecord) {
  const inventory = await deps.inventory.read();
  return inventory?.devices.find((one) => deviceKey(one) === deviceKey(device)) ?? device;
}
