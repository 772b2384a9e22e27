import type { Duplex } from 'node:stream';
import type { InstallRecord } from '../core/contracts/install.ts';
import { XepaError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { type Sealer, sshKeyContext } from '../core/sealing.ts';
import type { HostAddress, HostShell, OpenShell } from '../core/ssh/host-shell.ts';

/** A stream to one of the VM's sockets. `release` ends it and gives back its share of the SSH connection. */
export interface HostStream {
  stream: Duplex;
  release(): void;
  /** True while the device says nothing at all; where it is left out, nobody can tell. */
  isSilent?(): boolean;
}

/** Ways to the VM: one SSH connection per install and process, shared by its viewers, closed when the last one left. */
export interface Targets {
  /** @throws XepaError unreachable, host-key-changed, not-allowed, sealed-by-other-key */
  open(record: InstallRecord, socket: 'vnc' | 'qmpConsole'): Promise<HostStream>;
  /**
   * Any other stream over the same connection.
   * @throws XepaError as open does
   */
  openWith(record: InstallRecord, use: (shell: HostShell) => Promise<Duplex>): Promise<HostStream>;
  /**
   * The connection itself, for as long as that takes.
   * @throws XepaError as open does, and what `act` throws
   */
  use<T>(record: InstallRecord, act: (shell: HostShell) => Promise<T>): Promise<T>;
  /** True while somebody uses the connection to this install's device. */
  inUse(installId: string): boolean;
  close(): void;
}

interface Link {
  /** Changes when the device was entered anew: an old connection must not serve it. */
  place: string;
  shell: Promise<HostShell>;
  users: number;
}

export interface TargetDeps {
  openShell: OpenShell;
  sealer: Pick<Sealer, 'open'>;
  log: Logger;
}

const CONNECT_MS = 15_000;
/** A person at a screen that stands still wants to know soon whether the server is still there. */
const KEEPALIVE_MS = 2_000;
const SILENT_MS = 5_000;

export function createTargets(deps: TargetDeps): Targets {
  const links = new Map<string, Link>();

  function take(record: InstallRecord): Link {
    const place = JSON.stringify(record.facts.reach);
    const known = links.get(record.id);
    if (known?.place === place) return known;
    const link: Link = { place, shell: connect(deps, record), users: 0 };
    links.set(record.id, link);
    link.shell.then((shell) => shell.onClose(() => forget(record.id, link))).catch(() => forget(record.id, link));
    return link;
  }

  function forget(id: string, link: Link): void {
    if (links.get(id) === link) links.delete(id);
  }

  function give(id: string, link: Link): void {
    link.users -= 1;
    if (link.users > 0) return;
    forget(id, link);
    closeQuietly(link);
  }

  async function openWith(record: InstallRecord, use: (shell: HostShell) => Promise<Duplex>): Promise<HostStream> {
    const link = take(record);
    link.users += 1;
    try {
      const shell = await link.shell;
      const stream = await use(shell);
      const release = once(() => endStream(stream, () => give(record.id, link)));
      return { stream, release, isSilent: () => shell.silentMs() > SILENT_MS };
    } catch (error) {
      give(record.id, link);
      throw error;
    }
  }

  return {
    async open(record, socket) {
      const path = record.facts.launch?.[socket];
      if (path === undefined) throw noScreen(record.id);
      return openWith(record, (shell) => shell.forward(path));
    },
    openWith,
    async use(record, act) {
      const link = take(record);
      link.users += 1;
      try {
        return await act(await link.shell);
      } finally {
        give(record.id, link);
      }
    },
    inUse: (installId) => links.has(installId),
    close() {
      for (const link of links.values()) closeQuietly(link);
      links.clear();
    },
  };
}

async function connect(deps: TargetDeps, record: InstallRecord): Promise<HostShell> {
  const { reach } = record.facts;
  const sealed = record.sealed.sshKey;
  if (!reach || sealed === undefined) throw noScreen(record.id);
  const address: HostAddress = {
    host: reach.host,
    port: reach.port,
    user: reach.user,
    sudo: reach.sudo,
    hostKey: reach.hostKey,
  };
  const key = deps.sealer.open(sealed, sshKeyContext(record.id));
  const { shell } = await deps.openShell(address, key, AbortSignal.timeout(CONNECT_MS), KEEPALIVE_MS);
  deps.log.info({ installId: record.id }, 'connected to a device for its console');
  shell.onClose(() => deps.log.info({ installId: record.id }, 'the connection to a device ended'));
  return shell;
}

/** A channel's own `close` event waits for the other side, which may be gone: the connection is given back at once. */
function endStream(stream: Duplex, then: () => void): void {
  stream.on('error', () => undefined);
  stream.end();
  stream.destroy();
  then();
}

function closeQuietly(link: Link): void {
  link.shell.then((shell) => shell.close()).catch(() => undefined);
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}

function noScreen(installId: string): XepaError {
  return new XepaError('vm-failed', {
    message: `install ${installId} has no running VM in its record`,
    userMessage: "The installer's screen is not there yet.",
    retry: 'backoff',
  });
}
