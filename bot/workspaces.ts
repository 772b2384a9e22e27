import type { webApi } from '@slack/bolt';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { Logger } from '../core/log.ts';
import type { Installations, KeptInstallation } from './installations.ts';
import type { Parking } from './parking.ts';
import { connectSlack, openClients } from './slack-clients.ts';
import { openWorkspace, type Workspace, type WorkspaceParts } from './workspace.ts';

/** The workspaces that this bot serves. */
export interface Workspaces {
  /** Null when the app is not installed there, or not any more. */
  of(teamId: string): Promise<Workspace | null>;
  /** The one in which the install was asked for; null while that one is gone. */
  ofInstall(record: Pick<InstallRecord, 'slack'> | null): Promise<Workspace | null>;
  /** Asks again about tokens that Slack refused, when it is time to. */
  lookAgain(): Promise<void>;
  close(): void;
}

/**
 * With a token of its own the bot serves one workspace, and everything is for that one.
 * @throws XepaError bad-config, slack-failed
 */
export async function openFixed(
  parts: WorkspaceParts,
  options: webApi.WebClientOptions,
): Promise<{ workspaces: Workspaces; parking: Parking }> {
  const workspace = openWorkspace(parts, await connectSlack(parts.config.SLACK_BOT_TOKEN ?? '', options));
  const { parking } = workspace;
  // Slack has just answered to this token.
  await parking.release();
  const workspaces: Workspaces = {
    of: async () => workspace,
    ofInstall: async () => workspace,
    lookAgain: () => parking.lookAgain(),
    close: () => workspace.close(),
  };
  return { workspaces, parking };
}

/** The workspaces that have installed the app, each with the token that it gave. */
export function openInstalled(
  parts: WorkspaceParts & { installations: Installations },
  options: webApi.WebClientOptions,
): Workspaces {
  const open = (teamId: string, { installation }: KeptInstallation) => {
    const { token } = installation.bot;
    // With an organisation's token Slack must be told which of its workspaces is meant.
    const where = installation.isEnterpriseInstall ? { ...options, teamId } : options;
    return openWorkspace(parts, { ...openClients(token, where), teamId });
  };
  return installedWorkspaces({ ...parts, open });
}

/**
 * One workspace per installation, built when it is first needed. Which installation holds is read each time, so a
 * workspace that was installed anew or uninstalled, by whichever bot, is another one or gone at once.
 */
export function installedWorkspaces(deps: {
  installations: Pick<Installations, 'ofTeam' | 'ids' | 'teamsOf'>;
  open(teamId: string, kept: KeptInstallation): Workspace;
  log: Logger;
}): Workspaces {
  const built = new Map<string, { version: string; workspace: Workspace }>();
  const drop = (teamId: string) => {
    built.get(teamId)?.workspace.close();
    built.delete(teamId);
  };
  const of = async (teamId: string) => {
    const kept = await deps.installations.ofTeam(teamId);
    const known = built.get(teamId);
    if (known && known.version === kept?.version) return known.workspace;
    drop(teamId);
    if (!kept) return null;
    const workspace = deps.open(teamId, kept);
    built.set(teamId, { version: kept.version, workspace });
    return workspace;
  };
  return {
    of,
    ofInstall: async (record) => (record?.slack ? of(record.slack.team) : null),
    async lookAgain() {
      const teams = await Promise.all((await deps.installations.ids()).map(deps.installations.teamsOf));
      for (const teamId of new Set(teams.flat())) {
        // A workspace that cannot be tended must not hide the ones behind it.
        const looked = of(teamId).then((workspace) => workspace?.parking.lookAgain());
        await looked.catch((err: unknown) => deps.log.warn({ err, team: teamId }, 'a workspace cannot be tended'));
      }
    },
    close() {
      for (const teamId of [...built.keys()]) drop(teamId);
    },
  };
}
