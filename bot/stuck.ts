import type { Actor } from '../core/contracts/actor.ts';
import type { InstallRecord, JournalEntry } from '../core/contracts/install.ts';
import type { Change } from '../core/install-store.ts';

/** "Try to undo it again": what was given up is taken up with all its tries. Null unless the install is stuck. */
export function retryUndo(record: InstallRecord, by: Actor): Change | null {
  if (record.phase !== 'stuck') return null;
  const again = (entry: JournalEntry): JournalEntry => {
    const { error: _error, until: _until, endedAt: _endedAt, ...rest } = entry;
    return { ...rest, state: 'undoing', failures: 0 };
  };
  const journal = record.journal.map((entry) => (entry.state === 'undo-failed' ? again(entry) : entry));
  return {
    record: { ...record, phase: 'undo', journal },
    note: { type: 'undo-retried', actor: by, detail: { steps: gaveUp(record) } },
  };
}

/** "I put it right myself": what was given up counts as undone, and the install ends. Null unless it is stuck. */
export function resolveByHand(record: InstallRecord, by: Actor, at: number): Change | null {
  if (record.phase !== 'stuck') return null;
  const settled = (entry: JournalEntry): JournalEntry => ({ ...entry, state: 'undone', endedAt: at });
  const journal = record.journal.map((entry) => (entry.state === 'undo-failed' ? settled(entry) : entry));
  return {
    record: { ...record, phase: 'undone', journal },
    note: { type: 'resolved-by-hand', actor: by, detail: { steps: gaveUp(record) } },
  };
}

function gaveUp(record: InstallRecord): string[] {
  return record.journal.flatMap((entry) => (entry.state === 'undo-failed' ? [entry.step] : []));
}
