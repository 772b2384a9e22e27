import type { Need } from '../../core/contracts/approval.ts';
import type { Policy, Rule } from './schema.ts';
import { tagsAmong } from './tags.ts';
import type { ApprovalTerms, BreakGlassTerms, Situation } from './types.ts';

/** How long an approval may be given where no rule says so. */
const DEFAULT_EXPIRY = 60 * 60_000;

/** What all these rules demand together: every need, the shortest times, the strictest ways. */
export function termsOf(policy: Policy, rules: readonly Rule[], device: Situation['device']): ApprovalTerms {
  const shortest = (times: readonly (number | undefined)[]) =>
    times.reduce<number>((least, time) => Math.min(least, time ?? least), Number.POSITIVE_INFINITY);
  const expiry = shortest(rules.map((rule) => rule.expires));
  const startWithin = shortest(rules.map((rule) => rule.start_within));
  return {
    because: becauseOf(policy, rules, device),
    needs: rules.flatMap((rule) => needsOf(policy, rule, device)),
    stepUp: rules.some((rule) => rule.step_up !== undefined),
    typedHostname: rules.some((rule) => rule.confirm !== undefined),
    denyReason: rules.some((rule) => rule.deny !== undefined),
    knownDisks: rules.some((rule) => rule.disks !== undefined),
    expiresInMs: Number.isFinite(expiry) ? expiry : DEFAULT_EXPIRY,
    startWithinMs: Number.isFinite(startWithin) ? startWithin : null,
    breakGlass: breakGlassOf(policy, rules, device),
  };
}

/** Who has to agree by one rule. */
function needsOf(policy: Policy, rule: Rule, device: Situation['device']): Need[] {
  return rule.require
    .filter(({ when_tags }) => !when_tags || tagsAmong(device?.tags ?? [], when_tags).length > 0)
    .map(({ approvals, from, label }) => {
      const whom = from ? { label: `the people named in ${rule.name}`, ...from } : anyApprover(policy);
      return { ...whom, label: label ?? whom.label, count: approvals };
    });
}

/** Where everyone is an approver both lists are empty, which means any full member: so nobody must never look like that. */
function anyApprover({ roles: { approver } }: Policy): Omit<Need, 'count'> {
  if (!approver) throw new Error('a rule without `from` needs the role approver; the policy was not checked');
  const { users, groups, everyone, label } = approver;
  return { label: label ?? (everyone ? 'somebody else' : 'the approvers'), users, groups };
}

/** "db-01 has the tag prod", or which rules ask for it. */
function becauseOf(policy: Policy, rules: readonly Rule[], device: Situation['device']): string {
  const asking = rules.filter((rule) => needsOf(policy, rule, device).length > 0);
  const tags = tagsAmong(
    device?.tags ?? [],
    asking.flatMap(({ match }) => match.tags ?? []),
  );
  if (device && tags.length > 0) return `${device.name} has the tag ${tags.join(', ')}`;
  const names = asking.map(({ name }) => name).join(', ');
  return `the policy's rule${asking.length > 1 ? 's' : ''} ${names} ask${asking.length > 1 ? '' : 's'} for it`;
}

/**
 * Going ahead without votes or in protected hours, where every rule that stands in the way allows it: whoever does it
 * must meet all of their terms. Null: it is not possible here.
 */
function breakGlassOf(policy: Policy, rules: readonly Rule[], device: Situation['device']): BreakGlassTerms | null {
  const inTheWay = rules.filter((rule) => rule.protected_hours || needsOf(policy, rule, device).length > 0);
  const glasses = inTheWay.flatMap(({ break_glass }) => break_glass ?? []);
  const [first] = glasses;
  if (!first || glasses.length < inTheWay.length) return null;
  const roles = first.roles.filter((role) => glasses.every((glass) => glass.roles.includes(role)));
  if (roles.length === 0) return null;
  return {
    roles,
    reasonMin: Math.max(...glasses.map((glass) => glass.reason_min)),
    delayMs: Math.max(...glasses.map((glass) => glass.delay)),
    reviewWithinMs: Math.min(...glasses.map((glass) => glass.review_within)),
    notify: [...new Set(glasses.flatMap((glass) => glass.notify))],
  };
}
