import type { InstallRecord } from '../core/contracts/install.ts';
import { connectQmp, type Qmp } from '../core/qmp.ts';
import type { Targets } from './target.ts';

/** One conversation with an install's QEMU. @throws XepaError vm-failed, unreachable */
export type TakeTurn = <T>(record: InstallRecord, talk: (qmp: Qmp) => Promise<T>) => Promise<T>;

const QMP_TIMEOUT_MS = 5_000;

/**
 * Talks with QEMU over the VM's second control socket; the first one belongs to the worker. A QMP socket serves one
 * client at a time, so callers of this process queue up.
 */
export function createQmpTurns(targets: Pick<Targets, 'open'>): TakeTurn {
  const lines = new Map<string, Promise<unknown>>();
  return (record, talk) => {
    const before = lines.get(record.id) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => converse(targets, record, talk));
    const settled = turn
      .catch(() => undefined)
      .finally(() => lines.get(record.id) === settled && lines.delete(record.id));
    lines.set(record.id, settled);
    return turn;
  };
}

async function converse<T>(
  targets: Pick<Targets, 'open'>,
  record: InstallRecord,
  talk: (qmp: Qmp) => Promise<T>,
): Promise<T> {
  const target = await targets.open(record, 'qmpConsole');
  try {
    const qmp = await connectQmp(target.stream, QMP_TIMEOUT_MS);
    return await talk(qmp);
  } finally {
    target.release();
  }
}
