import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import type { InstallQueue } from '../core/queues.ts';

/** Phases in which a person decides; in all others of an open install a worker must look at it. */
const waitingForPeople = ['approval', 'stuck'];

/** Finds installs that nobody looks at: a process died between writing a record and queueing it. */
export async function sweepOnce(store: InstallStore, queue: InstallQueue, log: Logger): Promise<void> {
  for (const id of await store.listOpenIds()) {
    try {
      const record = await store.find(id);
      if (record && !waitingForPeople.includes(record.phase)) await queue.ensure(id);
    } catch (err) {
      // One record that cannot be read must not hide the ones behind it.
      log.error({ installId: id, err }, 'an install could not be swept');
    }
  }
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
