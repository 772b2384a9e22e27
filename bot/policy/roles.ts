import { withImplied } from './actions.ts';
import type { Grant, Policy, Rule } from './schema.ts';
import { type Person, type Role, roleNames } from './types.ts';

/** Users and groups of a policy's list. */
interface Named {
  users: readonly string[];
  groups: readonly string[];
}

/** More ids than that help nobody. */
const MAX_LISTED = 5;

/** What a person is by the policy, with what that implies. Whom a rule names to agree is an approver. */
export function rolesOf(policy: Policy, person: Person): ReadonlySet<Role> {
  const granted = roleNames.filter((role) => isGranted(policy.roles[role], person));
  const named = policy.rules.some(({ require }) => require.some(({ from }) => from && isNamed(from, person)));
  return withImplied(named ? [...granted, 'approver'] : granted);
}

/** A person is in the list by their id, or by a group that Slack says they are in now. */
export function isNamed(list: Named, person: Pick<Person, 'id' | 'groups'>): boolean {
  return list.users.includes(person.id) || list.groups.some((group) => person.groups.includes(group));
}

/** Ids of all user groups that the policy names: their members are read when somebody asks for something. */
export function namedGroups(policy: Policy): string[] {
  const grants = Object.values(policy.roles).flatMap((grant) => grant?.groups ?? []);
  const needs = policy.rules.flatMap(({ require }) => require.flatMap(({ from }) => from?.groups ?? []));
  return [...new Set([...grants, ...needs])];
}

/** All people whom the policy names, by their Slack user ids: they may occur in what it says. */
export function namedUsers(policy: Policy): string[] {
  const grants = Object.values(policy.roles).flatMap((grant) => grant?.users ?? []);
  const needs = policy.rules.flatMap(({ require }) => require.flatMap(({ from }) => from?.users ?? []));
  return [...new Set([...grants, ...needs])];
}

/** The holders of these roles, in words: "sre on call; the user group S012AB3CD". */
export function holdersOf(policy: Policy, roles: readonly Role[]): string {
  const able = roleNames.filter((role) => roles.some((wanted) => withImplied([role]).has(wanted)));
  const granted = able.flatMap((role) => policy.roles[role] ?? []);
  const named = able.includes('approver') ? policy.rules.flatMap(({ require }) => require.flatMap(namedIn)) : [];
  const holders = [...granted, ...named].map(inWords);
  return holders.length > 0 ? [...new Set(holders)].join('; ') : 'nobody';
}

/** Whom a need of a rule names; nobody where every approver will do. */
function namedIn({ from, label }: Rule['require'][number]): Grant[] {
  return from ? [{ ...from, label }] : [];
}

function isGranted(grant: Grant | undefined, person: Person): boolean {
  return grant !== undefined && (grant.everyone === true || isNamed(grant, person));
}

function inWords({ everyone, label, users, groups }: Grant): string {
  if (label !== undefined) return label;
  if (everyone) return 'every full member';
  const parts = [listed('user group', groups), listed('user', users)];
  return parts.filter((part) => part !== '').join(' and ');
}

function listed(kind: string, ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const rest = ids.length > MAX_LISTED ? ` and ${ids.length - MAX_LISTED} more` : '';
  return `the ${kind}${ids.length > 1 ? 's' : ''} ${ids.slice(0, MAX_LISTED).join(', ')}${rest}`;
}
