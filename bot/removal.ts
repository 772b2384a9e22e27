import type { App } from '@slack/bolt';
import { z } from 'zod';
import { consoleIsOpen } from '../core/contracts/install.ts';
import type { GeneralTrail } from '../core/general-trail.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import type { Tickets } from '../core/tickets.ts';
import { revocation } from './console-revocation.ts';
import { type Installations, keyOf, type Whence } from './installations.ts';
import { createWorkspaceStore } from './workspace-store.ts';

interface RemovalDeps {
  installations: Pick<Installations, 'find' | 'teamsOf' | 'remove'>;
  trail: Pick<GeneralTrail, 'note'>;
  store: InstallStore;
  tickets: Pick<Tickets, 'revokeAll'>;
  log: Logger;
}

/** Seconds since 1970, cut off. */
const Told = z.object({ event_time: z.number() });
const Revoked = z.object({ tokens: z.object({ bot: z.array(z.string()).default([]) }) });

const system = { via: 'system' as const, id: 'bot' };

/**
 * The app was taken out of a workspace: its token is forgotten and its consoles are closed, so its people can do nothing
 * any more. What runs there goes on, and is shown again where the app is installed anew.
 */
export function listenForRemoval(app: App, deps: RemovalDeps): void {
  app.event('app_uninstalled', ({ body, context }) => remove(deps, context, { why: 'uninstalled', told: body }));
  app.event('tokens_revoked', async ({ event, body, context }) => {
    // Tokens of people are revoked by this event too, and the bot has none of those.
    const kept = await deps.installations.find(keyOf(context));
    const { tokens } = Revoked.parse(event);
    if (!kept || !tokens.bot.includes(kept.installation.bot.userId)) return;
    await remove(deps, context, { why: 'token revoked', told: body });
  });
}

async function remove(deps: RemovalDeps, whence: Whence, event: { why: string; told: unknown }): Promise<void> {
  const id = keyOf(whence);
  const asOf = Told.parse(event.told).event_time * 1000 + 999;
  // An event that comes late, or again, must not take away what was installed since.
  if (!(await deps.installations.remove(id, asOf))) return;
  deps.log.warn({ workspace: id, why: event.why }, 'the app is not in a workspace any more: its people can do nothing');
  await deps.trail.note({ type: 'workspace-removed', actor: system, detail: { workspace: id, why: event.why } });
  for (const team of await deps.installations.teamsOf(id)) await closeConsoles(deps, team, asOf);
}

async function closeConsoles({ store, tickets }: RemovalDeps, team: string, at: number): Promise<void> {
  const own = createWorkspaceStore(store, team);
  for (const id of await own.listOpenIds()) {
    const record = await own.find(id);
    if (!record || !consoleIsOpen(record)) continue;
    await own.update(id, (current) => revocation(current, system, at));
    await tickets.revokeAll(id);
  }
}
