import { addAbortSignal } from 'node:stream';
import { z } from 'zod';
import { connectQmp, type Qmp } from '../../core/qmp.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';

const RunState = z.object({ status: z.string() });

/**
 * Asks something of the VM over its control socket, which serves one client at a time.
 * @param limit hangs up when it is aborted
 */
export async function withQmp<T>(
  shell: HostShell,
  socket: string,
  ask: (qmp: Qmp) => Promise<T>,
  limit?: AbortSignal,
): Promise<T> {
  const stream = await shell.forward(socket);
  const qmp = await connectQmp(limit ? addAbortSignal(limit, stream) : stream);
  try {
    return await ask(qmp);
  } finally {
    qmp.close();
  }
}

/** QEMU's run state: "running", "paused", "shutdown" once the guest has powered off … */
export async function runState(qmp: Qmp): Promise<string> {
  return RunState.parse(await qmp.execute('query-status')).status;
}
