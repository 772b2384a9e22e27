import { z } from 'zod';
import { connectQmp, type Qmp } from '../../core/qmp.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';

const RunState = z.object({ status: z.string() });

/** Asks something of the VM over its control socket, which serves one client at a time. */
export async function withQmp<T>(shell: HostShell, socket: string, ask: (qmp: Qmp) => Promise<T>): Promise<T> {
  const qmp = await connectQmp(await shell.forward(socket));
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
