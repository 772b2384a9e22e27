import type { ActionName, Role } from './types.ts';

/** What an action is to the policy. */
export interface Action {
  /** Any of these roles will do. */
  roles: readonly Role[];
  /** It changes a device: a freeze or somebody else's lock stops it. Ways back and looking are never stopped. */
  changes: boolean;
  /** It lays hands or eyes on an install that runs: whose install it is matters, see `may-act.ts`. */
  handsOn: boolean;
  /** On a production device it needs a rule that says who must agree. */
  guarded: boolean;
  /** As the beginning of a sentence. */
  doing: string;
}

const action = (doing: string, roles: readonly Role[], traits: Partial<Action> = {}): Action => ({
  roles,
  changes: false,
  handsOn: false,
  guarded: false,
  doing,
  ...traits,
});

/** The least role for each action. */
export const actions: Readonly<Record<ActionName, Action>> = {
  look: action('Looking', ['viewer']),
  install: action('Installing', ['operator'], { changes: true, guarded: true }),
  troubleshoot: action('Troubleshooting', ['operator'], { changes: true, guarded: true }),
  console: action('Opening the console', ['operator'], { changes: true, handsOn: true }),
  'console-view': action('Watching the console', ['approver', 'operator'], { handsOn: true }),
  'console-revoke': action('Closing the consoles', ['operator'], { handsOn: true }),
  cancel: action('Cancelling', ['operator'], { handsOn: true }),
  'boot-metal': action('Booting the metal', ['operator'], { changes: true, handsOn: true }),
  answer: action('Answering for an install', ['operator'], { handsOn: true }),
  retry: action('Trying again', ['operator'], { changes: true, handsOn: true }),
  release: action('Releasing', ['operator'], { changes: true, guarded: true }),
  reboot: action('Rebooting', ['operator'], { changes: true, guarded: true }),
  power: action('Switching the power', ['operator'], { changes: true, guarded: true }),
  rescue: action('Switching rescue mode', ['operator'], { changes: true, guarded: true }),
  approve: action('Approving', ['approver']),
  'break-glass': action('Breaking the glass', ['commander'], { changes: true, guarded: true }),
  review: action('Reviewing', ['approver']),
  override: action('Dropping a protection or lifting a lock of somebody else', ['admin']),
  'lock-device': action('Locking', ['operator', 'admin']),
  'tag-device': action('Changing tags', ['operator', 'admin'], { changes: true }),
  'iso-verify': action('Verifying an ISO', ['operator', 'approver', 'admin']),
  'iso-upload': action('Uploading an ISO', ['operator'], { changes: true, guarded: true }),
  'iso-add': action('Adding an ISO', ['approver', 'admin']),
  'iso-retire': action('Retiring an ISO', ['approver', 'admin']),
  freeze: action('Freezing', ['approver', 'admin']),
  audit: action('Reading the audit trail', ['auditor']),
  recordings: action('Playing a recording', ['approver', 'auditor'], { handsOn: true }),
};

/** What a role is besides itself. An admin is no approver: who runs XEPA does not thereby agree to installs. */
const implied: Readonly<Record<Role, readonly Role[]>> = {
  admin: ['operator', 'viewer', 'auditor'],
  operator: ['viewer'],
  approver: ['viewer'],
  auditor: ['viewer'],
  commander: ['viewer'],
  viewer: [],
};

/** These roles and all that they imply. */
export function withImplied(roles: readonly Role[]): ReadonlySet<Role> {
  return new Set(roles.flatMap((role) => [role, ...implied[role]]));
}
