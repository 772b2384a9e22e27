import { type Check, type Finding, fail, ok, warn } from '../../core/doctor/check.ts';
import type { Installations } from '../installations.ts';

const LIMIT_MS = 8_000;

interface AskedInstallations {
  installations: () => Promise<Pick<Installations, 'ids' | 'find'>>;
  /** Ids of those that may have the app. */
  listed: readonly string[];
}

/** In how many workspaces the app is installed, where they do that by themselves. None is named: this is read in one of them. */
export function workspacesCheck({ installations, listed }: AskedInstallations): Check {
  const run = async () => judgeWorkspaces({ ...(await countOf(await installations())), listed: listed.length });
  return { part: 'slack', name: 'workspaces', limitMs: LIMIT_MS, run };
}

/** How many installations are kept, how many of them may be used, and how many cannot be opened. */
interface Count {
  kept: number;
  used: number;
  sealed: number;
}

async function countOf(installations: Pick<Installations, 'ids' | 'find'>): Promise<Count> {
  const ids = await installations.ids();
  const found = await Promise.allSettled(ids.map((id) => installations.find(id)));
  const used = found.filter((each) => each.status === 'fulfilled' && each.value !== null).length;
  return { kept: ids.length, used, sealed: found.filter((each) => each.status === 'rejected').length };
}

export function judgeWorkspaces({ kept, used, sealed, listed }: Count & { listed: number }): Finding {
  if (sealed > 0) {
    const todo = 'Put the old secret into `XEPA_SECRET_PREVIOUS` and restart, or install the app there again';
    return fail(`the tokens of ${sealed} of ${kept} workspaces cannot be opened: \`XEPA_SECRET\` changed`, todo);
  }
  if (listed === 0) {
    return warn('no workspace may install the app', 'Name those that may in `XEPA_SLACK_TEAMS`, by their ids (T…)');
  }
  if (kept > used) {
    const todo = 'Name them in `XEPA_SLACK_TEAMS`, or take the app out of them in Slack';
    return warn(`installed by OAuth in ${kept} workspaces, ${kept - used} of them not in \`XEPA_SLACK_TEAMS\``, todo);
  }
  if (used === 0)
    return warn('installed by OAuth in no workspace yet', 'Open `/slack/install` at the bot in a browser');
  return ok(`installed by OAuth in ${used === 1 ? 'one workspace' : `${used} workspaces`}`);
}
