import { isPastCancelling } from './console-round.ts';
import type { Actor } from './contracts/actor.ts';
import { consoleIsOpen, type InstallRecord, isFinal } from './contracts/install.ts';
import type { Change } from './install-store.ts';

/** A cancellation that still counts: once the metal is booting what was installed, there is no way back. */
export function isCancelled(record: InstallRecord): boolean {
  return record.cancel !== undefined && !isPastCancelling(record);
}

/** Asked for with a time, and not begun: it begins once the bot has asked the policy again, when that time has come. */
export function awaitsClearance(record: InstallRecord): boolean {
  if (record.phase !== 'forward' || record.journal.length > 0 || isCancelled(record)) return false;
  return record.request.startAt !== undefined && record.clearance === undefined;
}

/** "Stop, and put the device back." Null when there is nothing to cancel, or the metal is booting what was installed. */
export function cancelInstall(record: InstallRecord, by: Actor, at: number): Change | null {
  if (isFinal(record) || record.cancel || record.phase === 'undo' || record.phase === 'stuck') return null;
  if (isPastCancelling(record)) return null;
  const cancelled: InstallRecord = { ...record, cancel: { by, at } };
  // An approval is asked for before anything runs, or again in the middle when the hardware is not what was approved.
  const untouched = record.phase === 'approval' && record.journal.length === 0;
  const next: InstallRecord =
    record.phase === 'approval' ? { ...withdrawn(cancelled), phase: untouched ? 'undone' : 'undo' } : cancelled;
  return { record: next, note: { type: 'cancel-requested', actor: by, detail: { at: record.at } } };
}

function withdrawn(record: InstallRecord): InstallRecord {
  return record.approval ? { ...record, approval: { ...record.approval, state: 'withdrawn' } } : record;
}

/** "The installer is done: stop the VM and boot the metal." Null unless the console is open. */
export function bootMetal(record: InstallRecord, by: Actor, at: number): Change | null {
  if (!consoleIsOpen(record)) return null;
  const note = { type: 'boot-metal-decided', actor: by, detail: {} };
  return { record: { ...record, decision: { kind: 'boot-metal', by, at } }, note };
}
