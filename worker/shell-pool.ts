import type { InstallRecord } from '../core/contracts/install.ts';
import { XepaError } from '../core/errors.ts';
import { type Sealer, sshKeyContext } from '../core/sealing.ts';
import type { HostShell, OpenShell } from '../core/ssh/host-shell.ts';

/** SSH connections kept for a while, one per install, so that each look at it need not log in again. */
export interface ShellPool {
  /** The install's shell: pinned host key, the install's own private key. @throws XepaError unreachable … */
  shellOf(record: InstallRecord, signal: AbortSignal): Promise<HostShell>;
  /** Takes over an open connection to the install's device, with the pinned host key, in place of any other. */
  keep(installId: string, opened: HostShell): void;
  drop(installId: string): void;
  close(): void;
}

/** @param idleMs a connection that nobody asked for this long is closed */
export function createShellPool(deps: { openShell: OpenShell; sealer: Sealer; idleMs: number }): ShellPool {
  const shells = new Map<string, Held>();
  const drop = (installId: string) => {
    const held = shells.get(installId);
    if (!held) return;
    shells.delete(installId);
    clearInterval(held.idle);
    held.shell.close();
  };
  const hold = (installId: string, opened: HostShell) => {
    const busy = countBusy(opened);
    const idle = setInterval(() => {
      if (busy.count() === 0) drop(installId);
    }, deps.idleMs).unref();
    shells.set(installId, { shell: busy.shell, idle });
    opened.onClose(() => {
      if (shells.get(installId)?.shell === busy.shell) drop(installId);
    });
    return busy.shell;
  };
  return {
    drop,
    async shellOf(record, signal) {
      const held = shells.get(record.id);
      if (!held) return hold(record.id, await open(deps, record, signal));
      held.idle.refresh();
      return held.shell;
    },
    keep(installId, opened) {
      drop(installId);
      hold(installId, opened);
    },
    close: () => {
      for (const installId of [...shells.keys()]) drop(installId);
    },
  };
}

interface Held {
  shell: HostShell;
  idle: NodeJS.Timeout;
}

/** The same shell, and how many of its commands run now: a long one must not be cut for being silent. */
function countBusy(shell: HostShell): { shell: HostShell; count(): number } {
  let running = 0;
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    running += 1;
    try {
      return await work;
    } finally {
      running -= 1;
    }
  };
  const same: HostShell = {
    exec: (command, signal) => counted(shell.exec(command, signal)),
    upload: (content, file, signal) => counted(shell.upload(content, file, signal)),
    forward: (path) => counted(shell.forward(path)),
    listen: (path, onStream) => counted(shell.listen(path, onStream)),
    stream: (argv) => counted(shell.stream(argv)),
    silentMs: () => shell.silentMs(),
    onClose: (listener) => shell.onClose(listener),
    close: () => shell.close(),
  };
  return { shell: same, count: () => running };
}

async function open(deps: { openShell: OpenShell; sealer: Sealer }, record: InstallRecord, signal: AbortSignal) {
  const { reach } = record.facts;
  const sealed = record.sealed.sshKey;
  if (!reach || sealed === undefined) {
    throw new XepaError('internal', {
      message: `install ${record.id} has not reached its device yet`,
      userMessage: 'The server has not been reached yet.',
    });
  }
  const privateKey = deps.sealer.open(sealed, sshKeyContext(record.id));
  return (await deps.openShell(reach, privateKey, signal)).shell;
}
