import type { InstallRecord } from '../../core/contracts/install.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import type { Targets } from '../target.ts';

/** Connections to devices that stay between two pieces of an upload: making one takes longer than sending a piece. */
export type UseLine = <T>(record: InstallRecord, act: (shell: HostShell) => Promise<T>) => Promise<T>;

interface Held {
  shell: HostShell;
  timer: NodeJS.Timeout;
  release(): void;
}

const KEEP_MS = 10_000;

export function createLines(targets: Pick<Targets, 'use'>, keepMs = KEEP_MS): UseLine {
  const held = new Map<string, Held>();

  function release(id: string): void {
    const one = held.get(id);
    held.delete(id);
    clearTimeout(one?.timer);
    one?.release();
  }

  /** The connection has one more user, who goes after a while. */
  function keep(record: InstallRecord, shell: HostShell): void {
    const { id } = record;
    if (held.get(id)?.shell !== shell) {
      release(id);
      const kept = new Promise<void>((done) => {
        held.set(id, { shell, release: done, timer: setTimeout(() => release(id), keepMs).unref() });
      });
      targets.use(record, () => kept).catch(() => undefined);
    }
    held.get(id)?.timer.refresh();
  }

  return (record, act) =>
    targets.use(record, (shell) => {
      keep(record, shell);
      return act(shell);
    });
}
