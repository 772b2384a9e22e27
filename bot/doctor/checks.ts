import type { InstallRecord } from '../../core/contracts/install.ts';
import { type Check, once } from '../../core/doctor/check.ts';
import { consoleChecks } from '../../core/doctor/console.ts';
import { inventoryChecks } from '../../core/doctor/inventory.ts';
import { isoChecks } from '../../core/doctor/isos.ts';
import { redisChecks } from '../../core/doctor/redis.ts';
import { readRedis } from '../../core/doctor/redis-reading.ts';
import { rescueCheck } from '../../core/doctor/rescue.ts';
import { secretChecks } from '../../core/doctor/secrets.ts';
import type { InstallStore } from '../../core/install-store.ts';
import { createInventoryStore } from '../../core/inventory-store.ts';
import type { Logger } from '../../core/log.ts';
import { openInstalls } from '../../core/open-installs.ts';
import type { State } from '../../core/state.ts';
import { type BotConfig, transportOf } from '../config.ts';
import type { Installations } from '../installations.ts';
import { elsewhere } from '../other-workspaces.ts';
import type { PolicySource } from '../policy-file.ts';
import { createWorkspaceStore } from '../workspace-store.ts';
import { answersCheck } from './answers.ts';
import { policyCheck } from './policy.ts';
import { slackChecks } from './slack.ts';
import { workspacesCheck } from './workspaces.ts';

/** So many of the newest installs are searched for surveys. */
const SURVEYS = 50;

/** `token` and `teamId` are those of the workspace in which it is asked. */
interface BotToExamine {
  config: BotConfig;
  state: State;
  log: Logger;
  policy: Pick<PolicySource, 'current' | 'problem'>;
  token: string;
  teamId: string;
  /** Null where the bot has one token of its own. */
  installations: Installations | null;
}

/** What the bot can look at from where it runs; made anew for each round, since a round reads everything once. */
export function botChecks(bot: BotToExamine): Check[] {
  const { config, state, log, token, installations } = bot;
  const { redis, clock, store } = state;
  const own = installations ? createWorkspaceStore(store, bot.teamId) : store;
  const inventory = createInventoryStore(redis);
  return [
    ...redisChecks({ read: once(() => readRedis(redis, clock)), absent: null }),
    ...slackChecks({
      way: { apiUrl: config.SLACK_API_URL, clock, log },
      token,
      byOAuth: installations !== null,
      transport: transportOf(config),
      heard: true,
    }),
    ...(installations
      ? [workspacesCheck({ installations: async () => installations, listed: config.XEPA_SLACK_TEAMS })]
      : []),
    ...inventoryChecks(
      once(async () => ({ inventory: await inventory.read() })),
      clock,
    ),
    ...consoleChecks({ publicUrl: config.XEPA_PUBLIC_URL, trustProxy: null }),
    ...secretChecks({ current: config.XEPA_SECRET, previous: config.XEPA_SECRET_PREVIOUS }, async () =>
      withoutOthers((await openInstalls(store)).records, own),
    ),
    ...isoChecks([...config.XEPA_ISOS].map(([name, entry]) => ({ name, ...entry }))),
    answersCheck(config.XEPA_ANSWERS_DIR),
    policyCheck(bot.policy, config.XEPA_POLICY_FILE),
    rescueCheck(() => own.listRecent(SURVEYS)),
  ];
}

/** An old secret is needed whoever's install needs it; the ids of other workspaces' installs are not told. */
async function withoutOthers(
  records: readonly InstallRecord[],
  own: Pick<InstallStore, 'listOpenIds'>,
): Promise<InstallRecord[]> {
  const here = new Set(await own.listOpenIds());
  return records.map((record) => (here.has(record.id) ? record : { ...record, id: elsewhere }));
}
