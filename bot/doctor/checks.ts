import { type Check, once } from '../../core/doctor/check.ts';
import { consoleChecks } from '../../core/doctor/console.ts';
import { inventoryChecks } from '../../core/doctor/inventory.ts';
import { isoChecks } from '../../core/doctor/isos.ts';
import { redisChecks } from '../../core/doctor/redis.ts';
import { readRedis } from '../../core/doctor/redis-reading.ts';
import { rescueCheck } from '../../core/doctor/rescue.ts';
import { secretChecks } from '../../core/doctor/secrets.ts';
import { createInventoryStore } from '../../core/inventory-store.ts';
import type { Logger } from '../../core/log.ts';
import { openInstalls } from '../../core/open-installs.ts';
import type { State } from '../../core/state.ts';
import { type BotConfig, transportOf } from '../config.ts';
import { slackChecks } from './slack.ts';

/** So many of the newest installs are searched for surveys. */
const SURVEYS = 50;

/** What the bot can look at from where it runs; made anew for each round, since a round reads everything once. */
export function botChecks(bot: { config: BotConfig; state: State; log: Logger }): Check[] {
  const { config, state, log } = bot;
  const { redis, clock, store } = state;
  const inventory = createInventoryStore(redis);
  return [
    ...redisChecks({ read: once(() => readRedis(redis, clock)), absent: null }),
    ...slackChecks({
      way: { apiUrl: config.SLACK_API_URL, clock, log },
      token: config.SLACK_BOT_TOKEN,
      transport: transportOf(config),
      heard: true,
    }),
    ...inventoryChecks(
      once(async () => ({ inventory: await inventory.read() })),
      clock,
    ),
    ...consoleChecks({ publicUrl: config.XEPA_PUBLIC_URL, trustProxy: null }),
    ...secretChecks(
      { current: config.XEPA_SECRET, previous: config.XEPA_SECRET_PREVIOUS },
      async () => (await openInstalls(store)).records,
    ),
    ...isoChecks([...config.XEPA_ISOS].map(([name, entry]) => ({ name, ...entry }))),
    rescueCheck(() => store.listRecent(SURVEYS)),
  ];
}
