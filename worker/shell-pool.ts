import type { InstallRecord } from '../core/contracts/install.ts';
import { XepaError } from '../core/errors.ts';
import { type Sealer, sshKeyContext } from '../core/sealing.ts';
import type { HostShell, OpenShell } from '../core/ssh/host-shell.ts';

/** SSH connections kept for a while, one per install, so that each look at it need not log in again. */
export interface ShellPool {
  /** The install's shell: pinned host key, the install's own private key. @throws XepaError unreachable … */
  shellOf(record: InstallRecord, signal: AbortSignal): Promise<HostShell>;
  drop(installId: string): void;
  close(): void;
}

/** @param idleMs a connection that nobody asked for this long is closed */
export function createShellPool(deps: { openShell: OpenShell; sealer: Sealer; idleMs: number }): ShellPool {
  const shells = new Map<string, { shell: HostShell; idle: NodeJS.Timeout }>();
  const drop = (installId: string) => {
    const held = shells.get(installId);
    if (!held) return;
    shells.delete(installId);
    clearTimeout(held.idle);
    held.shell.close();
  };
  return {
    drop,
    async shellOf(record, signal) {
      const held = shells.get(record.id);
      if (held) {
        held.idle.refresh();
        return held.shell;
      }
      const shell = await open(deps, record, signal);
      shells.set(record.id, { shell, idle: setTimeout(() => drop(record.id), deps.idleMs).unref() });
      shell.onClose(() => {
        if (shells.get(record.id)?.shell === shell) drop(record.id);
      });
      return shell;
    },
    close: () => {
      for (const installId of [...shells.keys()]) drop(installId);
    },
  };
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
