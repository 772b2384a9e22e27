import { judge } from './policy/judge.ts';
import type { Policy } from './policy/schema.ts';
import type { ActionName, Situation } from './policy/types.ts';

/** Something that people may do, whatever install it is about. */
interface Right {
  action: ActionName;
  /** Goes on after "You may". */
  does: string;
}

/** What there is to do, in the words of `/xepa whoami`. */
const rights: readonly Right[] = [
  { action: 'look', does: 'see installs and their state' },
  { action: 'install', does: 'ask for installs' },
  { action: 'troubleshoot', does: 'ask for a console of what is installed' },
  { action: 'approve', does: 'approve and deny what others ask for' },
  { action: 'console', does: 'open consoles of installs, cancel them and boot the metal' },
  { action: 'lock-device', does: 'lock devices' },
  { action: 'freeze', does: 'stop all installs, or those of a tag' },
  { action: 'iso-add', does: 'add ISOs to the library' },
  { action: 'audit', does: 'read the audit trail, and have XEPA examined by `/xepa doctor`' },
];

/** What somebody may do here, or every reason why not, in plain text. */
export interface Entitlement {
  does: string;
  reasons: readonly string[];
}

/** Asks the policy about each right, without a device: one device may be another matter. */
export function entitlementsOf(policy: Policy, situation: Omit<Situation, 'action' | 'device'>): Entitlement[] {
  return rights.map(({ action, does }) => {
    const judgement = judge(policy, { ...situation, action, device: null });
    return { does, reasons: judgement.kind === 'refused' ? judgement.reasons : [] };
  });
}
