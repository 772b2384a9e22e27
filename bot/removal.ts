import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { GeneralTrail } from '../core/general-trail.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import type { Tickets } from '../core/tickets.ts';
import { type Installations, keyOf, type Whence } from './installations.ts';
import { closeConsoles } from './team-consoles.ts';

interface RemovalDeps {
  installations: Pick<Installations, 'find' | 'ofTeam' | 'teamsOf' | 'remove' | 'leave'>;
  trail: Pick<GeneralTrail, 'note'>;
  store: InstallStore;
  tickets: Pick<Tickets, 'epoch' | 'revokeAll'>;
  log: Logger;
}

/** Seconds since 1970, cut off. */
const Told = z.object({ event_time: z.number() });
/** Workspaces of an organisation that its token does not reach any more. */
const Left = z.object({ team_ids: z.array(z.string()) });
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
  app.event('team_access_revoked', async ({ event, body, context }) => {
    const org = context.enterpriseId ?? '';
    for (const team of Left.parse(event).team_ids) await leave(deps, { org, team }, body);
  });
}

async function remove(deps: RemovalDeps, whence: Whence, event: { why: string; told: unknown }): Promise<void> {
  const id = keyOf(whence);
  const asOf = toldAt(event.told);
  // An event that comes late, or again, must not take away what was installed since.
  if (!(await deps.installations.remove(id, asOf))) return;
  deps.log.warn({ workspace: id, why: event.why }, 'the app is not in a workspace any more: its people can do nothing');
  await deps.trail.note({ type: 'workspace-removed', actor: system, detail: { workspace: id, why: event.why } });
  for (const team of await deps.installations.teamsOf(id)) await closeConsoles(deps, team, asOf);
}

/**
 * The organisation's token goes on to serve its other workspaces. News that come late do no lasting harm: a workspace
 * that was let in again since is known again by the next thing that is heard from it.
 */
async function leave(deps: RemovalDeps, left: { org: string; team: string }, told: unknown): Promise<void> {
  const { org, team } = left;
  if (!(await deps.installations.leave(team, org))) return;
  const why = 'taken out by its organisation';
  deps.log.warn({ workspace: team, why }, 'the app is not in a workspace any more: its people can do nothing');
  await deps.trail.note({ type: 'workspace-removed', actor: system, detail: { workspace: team, why } });
  // It may have installed the app by itself as well.
  if ((await deps.installations.ofTeam(team)) === null) await closeConsoles(deps, team, toldAt(told));
}

/** The end of that second, in milliseconds since 1970. */
function toldAt(told: unknown): number {
  return Told.parse(told).event_time * 1000 + 999;
}
