import { revokeConsolesOf } from '../core/console-revocation.ts';
import type { AuditEvent } from '../core/contracts/audit-event.ts';
import { consoleIsOpen, type InstallRecord } from '../core/contracts/install.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import type { Tickets } from '../core/tickets.ts';
import type { Installations } from './installations.ts';
import { createWorkspaceStore } from './workspace-store.ts';

interface ClosingDeps {
  store: InstallStore;
  tickets: Pick<Tickets, 'epoch' | 'revokeAll'>;
}

const system = { via: 'system' as const, id: 'bot' };

/** Closes all consoles of a workspace that has just lost the app. @param at milliseconds since 1970 */
export async function closeConsoles({ store, tickets }: ClosingDeps, team: string, at: number): Promise<void> {
  const own = createWorkspaceStore(store, team);
  for (const id of await own.listOpenIds()) {
    const record = await own.find(id);
    if (!record || !consoleIsOpen(record)) continue;
    await revokeConsolesOf({ store: own, tickets }, id, { by: system, at });
  }
}

/**
 * At a start: closes the consoles of all workspaces that the bot does not serve. They were taken off the list, or a bot
 * stopped between the news of their removal and this.
 */
export async function closeUnserved(
  deps: ClosingDeps & { installations: Pick<Installations, 'ofTeam'>; log: Logger; at: number },
): Promise<void> {
  const { store, log } = deps;
  for (const installId of await store.listOpenIds()) {
    // One record that was spoilt, or one token that does not open, must not keep the bot from its start.
    await closeIfUnserved(deps, installId).catch((err: unknown) =>
      log.warn({ err, installId }, 'not known whether a console has to be closed'),
    );
  }
}

async function closeIfUnserved(deps: Parameters<typeof closeUnserved>[0], id: string): Promise<void> {
  const { store, tickets, installations, log, at } = deps;
  const record = await store.find(id);
  if (!record?.slack || !consoleIsOpen(record)) return;
  const { team } = record.slack;
  if ((await installations.ofTeam(team)) !== null) return;
  // Also where the record says so already: who wrote that may have got no further.
  if (staysClosed(record, await store.events(id))) return tickets.revokeAll(id);
  log.warn({ installId: id, workspace: team }, 'a console is closed: the app does not serve its workspace any more');
  await revokeConsolesOf({ store, tickets }, id, { by: system, at });
}

const opening: readonly string[] = ['console-link-issued', 'console-session-opened', 'console-opened'];

/** Nobody was let in since the consoles were closed last: a bot that starts often need not write it each time. */
export function staysClosed({ console }: Pick<InstallRecord, 'console'>, events: readonly AuditEvent[]): boolean {
  if (!console?.revoked) return false;
  const last = events.findLast(({ type }) => type === 'console-revoked' || opening.includes(type));
  return last?.type === 'console-revoked';
}
