import type { ActionName } from './policy/types.ts';
import { mayLook, mayRequest, type Person, type Rules, type Verdict } from './policy.ts';

/** Something that people may do, whatever install it is about. */
export interface Right {
  action: ActionName;
  /** Goes on after "You may". */
  does: string;
  may(person: Person, rules: Rules): Verdict;
}

/** What there is to do, in the words of `/xepa whoami`. */
export const rights: readonly Right[] = [
  { action: 'look', does: 'see installs and their state', may: mayLook },
  { action: 'install', does: 'ask for installs', may: mayRequest },
  { action: 'approve', does: 'approve and deny what others ask for', may: mayDecide },
  {
    action: 'cancel',
    does: 'open the console of, cancel and release installs that you asked for or approved',
    may: mayLook,
  },
  {
    action: 'console',
    does: 'do the same with installs of others, on devices that need no approval',
    may: (person, rules) => (mayDecideByName(person, rules) ? mayLook(person, rules) : mayRequest(person, rules)),
  },
  { action: 'audit', does: 'read the audit trail, and have XEPA examined by `/xepa doctor`', may: mayAudit },
];

/** May this person read the trail and what the doctor found? */
export function mayAudit(person: Person, rules: Rules): Verdict {
  return onlyApprovers(person, rules, 'read the audit trail or call the doctor');
}

/** May this person decide on what somebody else asked for? */
function mayDecide(person: Person, rules: Rules): Verdict {
  return onlyApprovers(person, rules, 'approve or deny');
}

function onlyApprovers(person: Person, rules: Rules, what: string): Verdict {
  const member = mayLook(person, rules);
  if (!member.ok || rules.approvers.length === 0 || mayDecideByName(person, rules)) return member;
  return { ok: false, reason: `Only the people in XEPA_APPROVERS may ${what}.` };
}

function mayDecideByName(person: Person, rules: Rules): boolean {
  return rules.approvers.includes(person.id);
}
