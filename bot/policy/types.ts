import type { Need } from '../../core/contracts/approval.ts';
import type { RecordingTerms } from '../../core/contracts/recording.ts';

/** What somebody may be. A person may be several of these; each is granted by the policy's `roles`. */
export const roleNames = ['viewer', 'operator', 'approver', 'auditor', 'admin', 'commander'] as const;
export type Role = (typeof roleNames)[number];

/** What somebody may want to do; rules match on these names. */
export const actionNames = [
  'look',
  'install',
  'troubleshoot',
  'console',
  'console-view',
  'console-revoke',
  'cancel',
  'boot-metal',
  'answer',
  'retry',
  'release',
  'reboot',
  'power',
  'rescue',
  'approve',
  'break-glass',
  'review',
  'override',
  'lock-device',
  'tag-device',
  'iso-verify',
  'iso-upload',
  'iso-add',
  'iso-retire',
  'freeze',
  'recordings',
  'audit',
] as const;
export type ActionName = (typeof actionNames)[number];

/** What can be asked for, and put to a vote. */
export type AskedAction = Extract<ActionName, 'install' | 'troubleshoot'>;

/** Who clicked or typed, as Slack said at that moment. */
export interface Person {
  id: string;
  /** How others see them in Slack; nothing is decided by it. */
  name?: string;
  isBot: boolean;
  isRestricted: boolean;
  isUltraRestricted: boolean;
  deleted: boolean;
  /** Belongs to another organisation and is here through a shared channel. */
  isStranger: boolean;
  teamId: string;
  /** Ids of the Slack user groups that the policy names and this person is in, read at that moment. */
  groups: readonly string[];
}

/** Everything is stopped, or a tag is, until a time. Times are milliseconds since 1970. */
export interface Freeze {
  /** Null: everything. */
  tag: string | null;
  until: number | null;
  /** Nothing, where it was made in another workspace. */
  reason: string;
  /** A Slack user id, or `elsewhere`. */
  by: string;
}

/** What a policy is asked about. */
export interface Situation {
  action: ActionName;
  /** Null where no device is concerned. */
  device: { name: string; tags: readonly string[] } | null;
  /** Whose the device is: a Slack user id, or `elsewhere`. Absent or null: nobody's. */
  owner?: string | null;
  person: Person;
  /** The workspace that this bot serves. */
  teamId: string;
  channel: string;
  now: number;
  reason: string | null;
  freezes: readonly Freeze[];
  /** The device is locked by somebody, with a reason; as with a freeze, another workspace tells neither. */
  lock: { by: string; reason: string; until: number | null } | null;
  /** The install that runs on the device, where it is about one: some may do more with their own. */
  install?: InstallSituation;
  /** What a break glass stands in for; absent: an install. */
  insteadOf?: AskedAction;
}

/** Who has a part in an install. Slack user ids. */
export interface InstallSituation {
  requester: string;
  /** Whose yes let it begin. */
  approvedBy: readonly string[];
  /** It needed an approval, whatever the tags of its device are by now. */
  neededApproval: boolean;
}

/**
 * The answer. Every reason at once; each is a sentence for people, in plain text. `recording`: with an install its
 * console has to be recorded. `digestFirst`: by these rules its ISO has to be verified before anything starts from it.
 */
export type Judgement =
  | { kind: 'refused'; reasons: readonly string[]; rules: readonly string[] }
  | ({ kind: 'allowed'; rules: readonly string[] } & InstallTerms)
  | ({ kind: 'needs-approval'; rules: readonly string[]; terms: ApprovalTerms } & InstallTerms);

interface InstallTerms {
  recording?: RecordingTerms;
  digestFirst?: readonly string[];
}

/** What an approval request must meet, added up over all rules that match. Milliseconds. */
export interface ApprovalTerms {
  /** A sentence without a full stop: "db-01 has the tag prod". */
  because: string;
  needs: readonly Need[];
  stepUp: boolean;
  typedHostname: boolean;
  denyReason: boolean;
  /** Approval is void unless the disks were known when it was given. */
  knownDisks: boolean;
  expiresInMs: number;
  startWithinMs: number | null;
  breakGlass: BreakGlassTerms | null;
}

export interface BreakGlassTerms {
  roles: readonly Role[];
  reasonMin: number;
  delayMs: number;
  reviewWithinMs: number;
  /** Slack channels and users to tell. */
  notify: readonly string[];
}
