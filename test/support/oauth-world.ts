import { createHmac, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { vi } from 'vitest';
import { startBot } from '../../bot/main.ts';
import { systemClock } from '../../core/clock.ts';
import type { Device } from '../../core/contracts/device.ts';
import { createInstallStore, type InstallStore } from '../../core/install-store.ts';
import { createInventoryStore } from '../../core/inventory-store.ts';
import { createLogger } from '../../core/log.ts';
import { createNoticeQueue } from '../../core/queues.ts';
import { connectRedis } from '../../core/redis.ts';
import { type StandIn, startTwoWorkspaces, type TwoWorkspaces } from '../fakes/two-workspaces.ts';
import { freePort } from './free-port.ts';
import { startPrivateRedis } from './private-redis.ts';

const oauthApp = { clientId: '12345.67890', clientSecret: 'a-client-secret-for-tests' };
const signingSecret = 'a-signing-secret-for-tests-0123';

/** A browser that has come back from `/slack/install`: where it was sent, and the cookie it was given. */
interface Begun {
  authorizeUrl: string;
  cookie: string;
}

/** A bot that workspaces install by themselves, before a Slack with two of them. */
export interface OAuthWorld {
  slack: TwoWorkspaces;
  redis: Redis;
  /** The store as a worker has it. */
  store: InstallStore;
  /** The bot's settings. */
  settings: Record<string, string>;
  get(path: string, cookie?: string): Promise<Response>;
  begin(): Promise<Begun>;
  /** Installs the app as a person does. @returns the last page and the address it stood at */
  install(where: StandIn): Promise<{ page: Response; back: URL; cookie: string }>;
  /** Types `/xepa <text>`. @returns under what name answers to the person alone will come */
  type(where: StandIn, text: string): Promise<string>;
  /** The same. @returns what the person alone is told */
  command(where: StandIn, text: string): Promise<string>;
  /** Presses a button of ours. @returns what the person alone is told */
  click(where: StandIn, actionId: string, value: string): Promise<string>;
  /** An event of Slack's, signed. @returns the status */
  event(where: StandIn, event: object, given?: { atMs?: number; secret?: string; more?: object }): Promise<number>;
  openHome(where: StandIn): Promise<void>;
  stopRedis(): Promise<void>;
  restartBot(changed?: Record<string, string>): Promise<void>;
  stop(): Promise<void>;
}

const devices: Device[] = ['web-01', 'web-02', 'web-03'].map((name, index) => ({
  ...{ provider: 'lab', id: `srv-${index + 1}`, name },
  tags: [],
}));

export async function startOAuthWorld(given: Record<string, string> = {}): Promise<OAuthWorld> {
  const server = await startPrivateRedis();
  const [port, healthPort] = [await freePort(), await freePort()];
  const slack = await startTwoWorkspaces({ ...oauthApp, ports: [await freePort(), await freePort()] });
  const redis = await connectRedis(server.url, 'consumer');
  const notices = createNoticeQueue(server.url, createLogger('test', 'silent'));
  const store = createInstallStore({ redis, clock: systemClock, onWrite: (notice) => notices.send(notice) });
  await createInventoryStore(redis).write({ at: Date.now(), devices, problems: [] });
  let settings: Record<string, string> = {
    REDIS_URL: server.url,
    XEPA_SECRET: 'a-secret-for-tests-only-0123456789abcdef',
    XEPA_LOG_LEVEL: process.env.XEPA_LOG_LEVEL ?? 'silent',
    XEPA_SLACK_MODE: 'http',
    SLACK_CLIENT_ID: oauthApp.clientId,
    SLACK_CLIENT_SECRET: oauthApp.clientSecret,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: slack.apiUrl,
    XEPA_PUBLIC_URL: 'https://xepa.example.com',
    XEPA_ISOS: JSON.stringify({ 'debian-13': { url: 'https://mirror.example.com/debian-13.iso' } }),
    XEPA_BIND: '127.0.0.1',
    XEPA_BOT_PORT: String(port),
    XEPA_BOT_HEALTH_PORT: String(healthPort),
    ...given,
  };
  let redisStopped = false;
  const stopRedis = async () => {
    if (!redisStopped) await server.stop();
    redisStopped = true;
  };
  let bot = await startBot(settings, { strict: true });
  return {
    ...{ slack, redis, store, settings },
    ...driver(slack, `http://127.0.0.1:${port}`),
    stopRedis,
    async restartBot(changed = {}) {
      await bot.close();
      settings = { ...settings, ...changed };
      bot = await startBot(settings, { strict: true });
    },
    async stop() {
      await bot.close();
      // With Redis stopped there is nobody to say goodbye to.
      await notices.close().catch(() => undefined);
      redis.disconnect();
      await slack.stop();
      await stopRedis();
    },
  };
}

function driver(slack: TwoWorkspaces, url: string) {
  const get: OAuthWorld['get'] = (path, cookie) =>
    fetch(`${url}${path}`, { redirect: 'manual', ...(cookie === undefined ? {} : { headers: { cookie } }) });
  const begin = async (): Promise<Begun> => {
    const response = await get('/slack/install');
    const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
    return { authorizeUrl: response.headers.get('location') ?? '', cookie };
  };
  const send = (type: string, body: string, given: { atMs?: number; secret?: string } = {}) =>
    fetch(`${url}/slack/events`, signed(type, body, given));
  const answered = async (name: string) => vi.waitFor(() => firstText(slack.answers(name)), { timeout: 10_000 });
  const type = async (where: StandIn, text: string) => {
    const name = randomUUID();
    const { team, admin, channel } = where;
    const place = { team_id: team, user_id: admin, channel_id: channel, is_enterprise_install: 'false' };
    const response = { response_url: slack.responseUrl(name), trigger_id: `1.2.${name}` };
    const body = new URLSearchParams({ command: '/xepa', text, ...place, ...response });
    const taken = await send('application/x-www-form-urlencoded', body.toString());
    if (taken.status !== 200) throw new Error(`a command was answered with ${taken.status}`);
    return name;
  };
  return {
    ...{ get, begin },
    async install(where: StandIn) {
      const { authorizeUrl, cookie } = await begin();
      const back = await slack.consent(where, authorizeUrl, `${url}/slack/oauth_redirect`);
      return { page: await get(`${back.pathname}${back.search}`, cookie), back, cookie };
    },
    type,
    command: async (where: StandIn, text: string) => answered(await type(where, text)),
    async click(where: StandIn, actionId: string, value: string) {
      const name = randomUUID();
      const { team, admin, channel } = where;
      const payload = {
        ...{ type: 'block_actions', team: { id: team }, user: { id: admin, team_id: team }, channel: { id: channel } },
        ...{ is_enterprise_install: false, response_url: slack.responseUrl(name), trigger_id: `1.2.${name}` },
        actions: [{ type: 'button', action_id: actionId, block_id: 'b', value }],
      };
      const body = new URLSearchParams({ payload: JSON.stringify(payload) });
      await send('application/x-www-form-urlencoded', body.toString());
      return answered(name);
    },
    async event(where: StandIn, event: object, given: { atMs?: number; secret?: string; more?: object } = {}) {
      const at = Math.floor((given.atMs ?? Date.now()) / 1000);
      const { team } = where;
      const common = { type: 'event_callback', team_id: team, api_app_id: 'A01XEPA', event_id: randomUUID() };
      const body = JSON.stringify({ ...common, event_time: at, event, ...given.more });
      const secret = given.secret === undefined ? {} : { secret: given.secret };
      return (await send('application/json', body, secret)).status;
    },
    async openHome(where: StandIn) {
      await this.event(where, { type: 'app_home_opened', user: where.admin, tab: 'home', channel: 'D1' });
    },
  };
}

function firstText(answers: { text?: string }[]): string {
  const [answer] = answers;
  if (answer?.text === undefined) throw new Error('no answer yet');
  return JSON.stringify(answer);
}

/** Exactly as Slack signs. */
function signed(type: string, body: string, { secret = signingSecret }: { secret?: string }): RequestInit {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = {
    'content-type': type,
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
  };
  return { method: 'POST', headers, body };
}
