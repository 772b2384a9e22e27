import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { startBot } from '../../bot/main.ts';
import { systemClock } from '../../core/clock.ts';
import type { Device } from '../../core/contracts/device.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../core/embedded-redis.ts';
import { createInstallStore, type InstallStore } from '../../core/install-store.ts';
import { createInventoryStore } from '../../core/inventory-store.ts';
import { createLogger } from '../../core/log.ts';
import { createNoticeQueue, type NoticeQueue } from '../../core/queues.ts';
import { connectRedis } from '../../core/redis.ts';
import { freePort } from './free-port.ts';
import { type LocalSlack, slackTokens, startLocalSlack } from './local-slack.ts';

const secret = 'a-secret-for-tests-only-0123456789abcdef';
const logLevel = process.env.XEPA_LOG_LEVEL ?? 'silent';

/** The bot between a real Redis and the Slack look-alike. */
export interface BotWorld {
  slack: LocalSlack;
  /** The store as a worker has it: its writes reach the bot as notices. */
  store: InstallStore;
  redis: Redis;
  /** As a worker tells the bot of something new. */
  notices: NoticeQueue;
  /** The bot's XEPA_SECRET. */
  secret: string;
  eventsUrl: string;
  healthUrl: string;
  stopRedis(): Promise<void>;
  restartBot(): Promise<void>;
  stop(): Promise<void>;
}

const names = ['web-01', 'web-02', 'web-03', 'web-04', 'web-05', 'web-06', 'web-07', 'web-08', 'web-09'];
const devices: Device[] = [
  ...names.map((name, index) => ({ provider: 'lab', id: `srv-${index + 1}`, name, tags: ['web'] })),
  ...['db-01', 'db-02', 'db-03', 'db-04', 'db-05'].map((name) => ({
    provider: 'lab',
    id: `srv-${name}`,
    name,
    tags: ['prod'],
  })),
  { provider: 'lab', id: 'twin', name: 'twin', tags: [] },
  { provider: 'other', id: 'twin-b', name: 'twin', tags: [] },
];

/** Something between the bot and the look-alike: where each of them finds it. */
export interface Between {
  apiUrl: string;
  requestUrl: string;
}

/** Starts everything; `settings` are added to the bot's. `between` is started before the look-alike is. */
export async function startBotWorld(
  mode: 'socket' | 'http',
  settings: Record<string, string> = {},
  between?: (places: { slackUrl: string; eventsUrl: string }) => Promise<Between>,
): Promise<BotWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'xepa-bot-'));
  const redisServer: EmbeddedRedis = await startEmbeddedRedis(folder, process.env.PATH ?? '');
  const [slackPort, botPort, healthPort] = [await freePort(), await freePort(), await freePort()];
  const eventsUrl = `http://127.0.0.1:${botPort}/slack/events`;
  const front = await between?.({ slackUrl: `http://127.0.0.1:${slackPort}`, eventsUrl });
  const slack = await startLocalSlack({ port: slackPort, mode, requestUrl: front?.requestUrl ?? eventsUrl });
  const redis = await connectRedis(redisServer.url, 'consumer');
  const notices = createNoticeQueue(redisServer.url, createLogger('test', 'silent'));
  const store = createInstallStore({ redis, clock: systemClock, onWrite: (notice) => notices.send(notice) });
  await createInventoryStore(redis).write({ at: Date.now(), devices, problems: [] });
  const source = {
    REDIS_URL: redisServer.url,
    XEPA_SECRET: secret,
    XEPA_LOG_LEVEL: logLevel,
    XEPA_SLACK_MODE: mode,
    SLACK_BOT_TOKEN: slackTokens.bot,
    SLACK_APP_TOKEN: slackTokens.app,
    SLACK_SIGNING_SECRET: slackTokens.signingSecret,
    SLACK_API_URL: front?.apiUrl ?? slack.apiUrl,
    XEPA_PUBLIC_URL: 'https://xepa.example.com',
    XEPA_ISOS: JSON.stringify({ 'debian-13': { url: 'https://mirror.example.com/debian-13.iso' } }),
    XEPA_BIND: '127.0.0.1',
    XEPA_BOT_PORT: String(botPort),
    XEPA_BOT_HEALTH_PORT: String(healthPort),
    ...settings,
  };
  let bot = await startBot(source, { strict: true });
  let redisStopped = false;
  const stopRedis = async () => {
    if (!redisStopped) await redisServer.stop();
    redisStopped = true;
  };
  return {
    slack,
    store,
    redis,
    notices,
    secret,
    eventsUrl,
    healthUrl: `http://127.0.0.1:${healthPort}/healthz`,
    stopRedis,
    async restartBot() {
      await bot.close();
      bot = await startBot(source, { strict: true });
    },
    async stop() {
      await bot.close();
      // With Redis stopped there is nobody to say goodbye to.
      await notices.close().catch(() => undefined);
      redis.disconnect();
      await slack.stop();
      await stopRedis();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
