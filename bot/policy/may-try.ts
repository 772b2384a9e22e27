import { actions } from './actions.ts';
import { channelObstacle } from './may-act.ts';
import { rolesOf } from './roles.ts';
import type { Policy } from './schema.ts';
import type { ActionName, Person } from './types.ts';

/** Actions whose right hangs on the install or the rule that they concern: only trying tells. */
const depends: readonly ActionName[] = ['break-glass', 'console-view'];

/** May this person do this at all, in this channel? For help, which shows what is worth typing; the judge decides. */
export function mayTry(policy: Policy, wish: { action: ActionName; person: Person; channel: string }): boolean {
  const { action, person, channel } = wish;
  if (channelObstacle(policy, { action, channel }) !== null) return false;
  const has = rolesOf(policy, person);
  return depends.includes(action) || actions[action].roles.some((role) => has.has(role));
}
