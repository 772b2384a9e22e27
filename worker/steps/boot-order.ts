import { placeCd } from '../../core/cd-order.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Qmp } from '../../core/qmp.ts';

/** For firmware to have read the order of boot after a reset; SeaBIOS resets once more by itself before it does. */
const READ_MS = 10_000;

/**
 * A person had the VM start from its CD once: every later boot tries the disk first again. Done here and not where it
 * was asked for, so that it happens whatever becomes of that process.
 */
export async function keepDiskFirst(qmp: Qmp, record: InstallRecord, now: number): Promise<void> {
  const since = record.console?.cdFirstAt;
  if (since !== undefined && now - since >= READ_MS) await placeCd(qmp, 'cdLast');
}
