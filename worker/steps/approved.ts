import { differences } from '../../core/binding.ts';
import type { Binding } from '../../core/contracts/approval.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';

/** Why the votes do not cover what is about to be done, a sentence each; empty when they do, or none were needed. */
export function objections(record: InstallRecord, found: Binding): string[] {
  const { approval } = record;
  return approval ? differences(approval.binds, found, { knownDisks: approval.knownDisks }) : [];
}

/** An approval is for now: a sentence when the install did not begin in time after it, else null. */
export function lateStart(record: InstallRecord, now: number): string | null {
  const { approval } = record;
  if (!approval?.startWithinMs || approval.at === undefined || approval.state !== 'approved') return null;
  if (now <= approval.at + approval.startWithinMs) return null;
  return `It did not begin within ${Math.round(approval.startWithinMs / 60_000)} minutes of its approval.`;
}
