import type { Logger } from '../../core/log.ts';
import { connectQmp } from '../../core/qmp.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';

/**
 * Hears at once that a guest has ended, so that nobody waits for the next look. It is no more than a wake-up: the look finds out what is
 * so, and comes in its time where nothing was heard.
 */
export interface EndWatch {
  /**
   * Listens from now on, for as long as that connection is there; once for each connection, however often it is asked.
   * @param socket a control socket of the VM that nobody else uses
   */
  listen(installId: string, shell: Pick<HostShell, 'forward'>, socket: string): void;
}

/** @param deps.wake has the install looked at now */
export function createEndWatch(deps: { wake(installId: string): Promise<void>; log: Logger }): EndWatch {
  const heard = new WeakSet<Pick<HostShell, 'forward'>>();
  return {
    listen(installId, shell, socket) {
      if (heard.has(shell)) return;
      heard.add(shell);
      const leaveIt = (err: unknown) =>
        deps.log.debug({ installId, err }, 'the end of a guest will be seen, not heard');
      hear(shell, socket, () => void deps.wake(installId).catch(leaveIt)).catch(leaveIt);
    },
  };
}

/** With `-no-shutdown` QEMU says so and stays (qemu qapi/run-state.json, SHUTDOWN). */
async function hear(shell: Pick<HostShell, 'forward'>, socket: string, ended: () => void): Promise<void> {
  const qmp = await connectQmp(await shell.forward(socket));
  qmp.onEvent((event) => {
    if (event === 'SHUTDOWN') ended();
  });
}
