import type { Device } from '../core/contracts/device.ts';
import type { InstallRecord } from '../core/contracts/install.ts';

/** Who clicked or typed, as Slack said at that moment. */
export interface Person {
  id: string;
  isBot: boolean;
  isRestricted: boolean;
  isUltraRestricted: boolean;
  deleted: boolean;
  /** Belongs to another organisation and is here through a shared channel. */
  isStranger: boolean;
  teamId: string;
}

/** The settings that policy depends on. Empty lists mean "every full member". */
export interface Rules {
  teamId: string;
  protectedTags: readonly string[];
  requesters: readonly string[];
  approvers: readonly string[];
}

/** Yes, or the reason why not, as a sentence for the person. */
export type Verdict = { ok: true } | { ok: false; reason: string };

const yes: Verdict = { ok: true };

/** May this person read what goes on? */
export function mayLook(person: Person, rules: Rules): Verdict {
  return isFullMember(person, rules);
}

/** May this person ask for an install at all? */
export function mayRequest(person: Person, rules: Rules): Verdict {
  const member = isFullMember(person, rules);
  if (!member.ok || rules.requesters.length === 0 || rules.requesters.includes(person.id)) return member;
  return no('Only the people in XEPA_REQUESTERS may ask for installs.');
}

/** May this person decide on the install's approval? Never on their own request, whatever lists they are in. */
export function mayApprove(record: InstallRecord, person: Person, rules: Rules): Verdict {
  const member = isFullMember(person, rules);
  if (!member.ok) return member;
  if (record.request.requestedBy.id === person.id) {
    return no('You asked for this install, so somebody else has to decide. You can still cancel it.');
  }
  if (rules.approvers.length === 0 || rules.approvers.includes(person.id)) return yes;
  return no('Only the people in XEPA_APPROVERS may approve or deny.');
}

/** May this person open the console: the keyboard and screen of the machine? */
export function mayOpenConsole(record: InstallRecord, person: Person, rules: Rules): Verdict {
  return mayOperate(record, person, rules);
}

/** May this person cancel, boot the metal, or clear up a stuck install? */
export function mayOperate(record: InstallRecord, person: Person, rules: Rules): Verdict {
  const member = isFullMember(person, rules);
  if (!member.ok) return member;
  const isRequester = record.request.requestedBy.id === person.id;
  const isApprover = record.approval?.state === 'approved' && record.approval.by?.id === person.id;
  if (isRequester || isApprover || rules.approvers.includes(person.id)) return yes;
  if (record.approval || protectingTags(record.device, rules).length > 0) {
    return no('This device is protected: only who asked for the install, who approved it, or an approver may do that.');
  }
  return mayRequest(person, rules);
}

/** The device's tags that make an approval necessary. Upper and lower case do not matter. */
export function protectingTags(device: Device, rules: Pick<Rules, 'protectedTags'>): string[] {
  const guarded = new Set(rules.protectedTags.map((tag) => tag.toLowerCase()));
  return device.tags.filter((tag) => guarded.has(tag.toLowerCase()));
}

function isFullMember(person: Person, rules: Rules): Verdict {
  if (person.isBot) return no('Bots and apps may not do this; a person has to.');
  if (person.deleted) return no('This Slack account is deactivated.');
  if (person.isStranger || person.teamId !== rules.teamId) {
    return no('People of other organisations may not do this; a member of this workspace has to.');
  }
  if (person.isRestricted || person.isUltraRestricted) {
    return no('Guests may not do this; a full member of this workspace has to.');
  }
  return yes;
}

function no(reason: string): Verdict {
  return { ok: false, reason };
}
