import { actions, withImplied } from './actions.ts';
import { holdersOf, isNamed, rolesOf } from './roles.ts';
import type { Policy } from './schema.ts';
import { tagsAmong } from './tags.ts';
import type { ActionName, ApprovalTerms, Role, Situation } from './types.ts';

/** Why this person may not do this, by their roles and their part in the install. Null: they may. */
export function roleObstacle(policy: Policy, situation: Situation, terms: ApprovalTerms): string | null {
  const { action, person } = situation;
  if (action === 'break-glass') return glassObstacle(policy, situation, terms);
  const wanted = actions[action].roles;
  const has = rolesOf(policy, person);
  if (actions[action].handsOn) {
    if (hasPart(policy, situation) || has.has('admin') || isNamedAuditor(policy, situation)) return null;
    if (isProtected(policy, situation)) {
      return 'This device is protected: only who asked for the install, who approved it, an approver that the policy names, or an admin may do that.';
    }
  }
  return wanted.some((role) => has.has(role)) ? null : lacking(policy, action, wanted);
}

/** Why nothing that stands in that channel may lead to this. Null: it may. */
export function channelObstacle(
  policy: Policy,
  { action, channel }: Pick<Situation, 'action' | 'channel'>,
): string | null {
  const ceilings = policy.channels.filter(({ channels, all_but }) =>
    channels ? channels.includes(channel) : all_but?.includes(channel) === false,
  );
  const low = ceilings.find(({ at_most }) => !actions[action].roles.some((role) => withImplied(at_most).has(role)));
  if (!low) return null;
  const most = low.at_most.join(' or ');
  return `Here people may do at most what the role ${most} allows. ${actions[action].doing} has to be done in another channel.`;
}

/** An install on a production device, or one that somebody had to agree to. */
function isProtected(policy: Policy, { device, install }: Situation): boolean {
  return install?.neededApproval === true || isProduction(policy, device);
}

/** Who asked for it, who agreed to it, and approvers whom the policy names rather than "everyone". */
function hasPart({ roles }: Policy, { install, person }: Situation): boolean {
  if (install && [install.requester, ...install.approvedBy].includes(person.id)) return true;
  return roles.approver !== undefined && isNamed(roles.approver, person);
}

/** Where auditors may, those whom the policy names may everywhere: looking into what others did is what they are for. */
function isNamedAuditor({ roles }: Policy, { action, person }: Situation): boolean {
  return actions[action].roles.includes('auditor') && roles.auditor !== undefined && isNamed(roles.auditor, person);
}

export function isProduction(policy: Policy, device: Situation['device']): boolean {
  return tagsAmong(device?.tags ?? [], policy.production_tags).length > 0;
}

/** The terms say who may break the glass; the role commander is only the usual one. */
function glassObstacle(policy: Policy, { person }: Situation, { breakGlass, needs }: ApprovalTerms): string | null {
  if (!breakGlass) {
    return needs.length > 0
      ? 'The rules that apply do not allow to go ahead without votes, not even in an emergency.'
      : 'No rule that applies has a glass to break.';
  }
  const has = rolesOf(policy, person);
  return breakGlass.roles.some((role) => has.has(role)) ? null : lacking(policy, 'break-glass', breakGlass.roles);
}

function lacking(policy: Policy, action: ActionName, wanted: readonly Role[]): string {
  return `${actions[action].doing} needs the role ${wanted.join(' or ')}, which you do not have. Who has it: ${holdersOf(policy, wanted)}.`;
}
