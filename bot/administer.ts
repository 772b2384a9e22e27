import { mayLook, type Person, type Rules, type Verdict } from './policy.ts';

/** May this person change what protects everybody: drop a protecting tag, lift others' locks, add ISOs, freeze? */
export function mayAdminister(person: Person, rules: Rules): Verdict {
  const member = mayLook(person, rules);
  if (!member.ok || rules.approvers.length === 0 || rules.approvers.includes(person.id)) return member;
  return { ok: false, reason: 'Only the people in XEPA_APPROVERS may do that.' };
}
