import { type InstallRecord, isFinal } from '../core/contracts/install.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import type { InstallQueue } from '../core/queues.ts';
import { breakGlassAt } from './saga/approval-gate.ts';

/** A person decides; in all other phases of an open install, and in an emergency, a worker must look at it. */
function waitsForPeople(record: InstallRecord): boolean {
  return record.phase === 'stuck' || (record.phase === 'approval' && breakGlassAt(record) === null);
}

/** Finds installs that nobody looks at: a process died between writing a record and queueing it. */
export async function sweepOnce(store: InstallStore, queue: InstallQueue, log: Logger): Promise<void> {
  for (const id of await store.listOpenIds()) {
    try {
      const record = await store.find(id);
      if (record && !waitsForPeople(record)) await queue.ensure(id);
    } catch (err) {
      // One record that cannot be read must not hide the ones behind it.
      log.error({ installId: id, err }, 'an install could not be swept');
    }
  }
}

/** The same for one install, if it has not ended. */
export async function sweepInstall(
  store: Pick<InstallStore, 'find'>,
  queue: Pick<InstallQueue, 'ensure'>,
  id: string,
): Promise<void> {
  const record = await store.find(id);
  if (record && !isFinal(record) && !waitsForPeople(record)) await queue.ensure(id);
}

export function startSweep(deps: { store: InstallStore; queue: InstallQueue; log: Logger; periodMs: number }): {
  close(): void;
} {
  const sweep = () => {
    sweepOnce(deps.store, deps.queue, deps.log).catch((err) =>
      deps.log.warn({ err }, 'the sweep for lost installs failed'),
    );
  };
  const timer = setInterval(sweep, deps.periodMs);
  sweep();
  return { close: () => clearInterval(timer) };
}
