import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import type { InstallQueue } from '../core/queues.ts';

/** Phases in which a person decides; in all others of an open install a worker must look at it. */
const waitingForPeople = ['approval', 'stuck'];

/** Finds installs that nobody looks at: a process died between writing a record and queueing it. */
export async function sweepOnce(store: InstallStore, queue: InstallQueue): Promise<void> {
  for (const id of await store.listOpenIds()) {
    const record = await store.find(id);
    if (record && !waitingForPeople.includes(record.phase)) await queue.ensure(id);
  }
}

export function startSweep(deps: { store: InstallStore; queue: InstallQueue; log: Logger; periodMs: number }): {
  close(): void;
} {
  const sweep = () => {
    sweepOnce(deps.store, deps.queue).catch((err) => deps.log.warn({ err }, 'the sweep for lost installs failed'));
  };
  const timer = setInterval(sweep, deps.periodMs);
  sweep();
  return { close: () => clearInterval(timer) };
}
