import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import type { AuditNote } from '../../core/contracts/audit-event.ts';
import type { GeneralTrail } from '../../core/general-trail.ts';
import type { InstallStore } from '../../core/install-store.ts';
import type { Logger } from '../../core/log.ts';
import type { RecordingIndex } from '../../core/recording-index.ts';
import { peekHead } from './reel.ts';
import { ENDING } from './shelf.ts';
import { PART_ENDING } from './sink.ts';

export interface SweepDeps {
  folder: string;
  store: Pick<InstallStore, 'find' | 'note' | 'events'>;
  trail: Pick<GeneralTrail, 'note'>;
  index: Pick<RecordingIndex, 'remove'>;
  clock: Clock;
  log: Logger;
}

/** A file that was not given its name by then belongs to nobody. */
const ORPHAN_MS = 3_600_000;

/**
 * Deletes recordings whose time is over. First the audit trail, then the file, then the list: whatever a crash leaves
 * undone the next sweep does, and nothing is written twice. One process at a time should be at it.
 * @returns how many it deleted
 */
export async function sweep(deps: SweepDeps): Promise<number> {
  let count = 0;
  for (const file of await filesIn(deps.folder)) if (await sweepFile(deps, file)) count += 1;
  return count;
}

async function sweepFile(deps: SweepDeps, file: string): Promise<boolean> {
  const written = await stat(file).catch(() => null);
  if (!written) return false;
  const age = deps.clock.now() - written.mtimeMs;
  if (file.endsWith(PART_ENDING)) {
    if (age > ORPHAN_MS) await rm(file, { force: true });
    return false;
  }
  const head = await peekHead(file).catch(() => null);
  if (!head) {
    deps.log.warn({ file: basename(file) }, 'a file among the recordings is none, and stays');
    return false;
  }
  if (age <= head.keepMs) return false;
  await tellTrail(deps, head.install, head.id);
  await rm(file, { force: true });
  await deps.index.remove(head.install, head.id);
  deps.log.info({ installId: head.install, recording: head.id }, 'a recording was deleted: its time is over');
  return true;
}

async function tellTrail(deps: SweepDeps, install: string, recording: string): Promise<void> {
  const actor = { via: 'system' as const, id: 'web-console' };
  const note: AuditNote = { type: 'recording-deleted', actor, detail: { recording, why: 'its time is over' } };
  if (!(await deps.store.find(install))) return deps.trail.note({ ...note, detail: { ...note.detail, install } });
  const events = await deps.store.events(install).catch(() => []);
  const isTold = events.some(({ type, detail }) => type === note.type && detail.recording === recording);
  if (!isTold) await deps.store.note(install, note);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && (entry.name.endsWith(ENDING) || entry.name.endsWith(PART_ENDING)))
    .map((entry) => join(entry.parentPath, entry.name));
}
