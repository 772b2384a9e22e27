import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import type { InstallQueue } from '../core/queues.ts';

/** Phases in which somebody must look at the install; in the others a person decides. */
const moving = ['forward', 'undo'];

/** Finds installs that nobody looks at: a process died between writing a record and queueing it. */
export async function sweepOnce(store: InstallStore, queue: InstallQueue): Promise<void> {
  for (const id of await store.listOpenIds()) {
    const record = await store.find(id);
    if (record && moving.includes(record.phase)) await queue.ensure(id);
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
