import type { ServerResponse } from 'node:http';
import { createDeviceLeases } from '../core/device-lease.ts';
import { answerHealth, startHealthServer } from '../core/health-server.ts';
import { createHeartbeats } from '../core/heartbeat.ts';
import { createInventoryStore } from '../core/inventory-store.ts';
import { createLogger, type Logger } from '../core/log.ts';
import { consumeNotices } from '../core/queues.ts';
import { createShutdown } from '../core/shutdown.ts';
import { openState, type State } from '../core/state.ts';
import { buildApp } from './app.ts';
import { boltLogger } from './bolt-logger.ts';
import { type BotConfig, readConfig, transportOf } from './config.ts';
import type { BotDeps, BotRules } from './deps.ts';
import { createDeviceClaims } from './device-claims.ts';
import { createHandler } from './handle.ts';
import { createLater } from './later.ts';
import { createMessageLock } from './message-lock.ts';
import { createParking, type Parking } from './parking.ts';
import { createPeople } from './people.ts';
import { createPublisher } from './publisher.ts';
import { createSentMessages } from './sent-messages.ts';
import { canPost, connectSlack, type SlackClients } from './slack-clients.ts';
import { createSlackSender } from './slack-sender.ts';
import { startSweep } from './sweep.ts';
import { httpTransport, socketTransport } from './transport.ts';
import { createUpdateBudget } from './update-budget.ts';

/**
 * Starts the bot and resolves when it hears from Slack.
 * @param source the settings; the process's environment when left out
 * @param options `strict`: a message that Slack would refuse is an error instead of going out as plain text
 * @throws XepaError bad-config, redis-down, slack-failed
 */
export async function startBot(
  source?: Readonly<Record<string, string | undefined>>,
  options: { strict?: boolean } = {},
): Promise<{ close(): Promise<void> }> {
  const config = readConfig(source);
  const log = createLogger('bot', config.XEPA_LOG_LEVEL);
  const shutdown = createShutdown(log);
  const state = await openState(config, log);
  try {
    const slack = await connectSlack(config, boltLogger(log));
    const strict = options.strict ?? false;
    const deps = botDeps({ config, log, state, slack, strict });
    const { redis, clock } = state;
    const ask = () => slack.interactive.auth.test();
    const parking = createParking({ redis, clock, log, teamId: slack.teamId, ask });
    // Slack has just answered to this token.
    await parking.release();
    const intake = await startIntake({ config, deps, slack, parking });
    const output = startOutput({ config, deps, slack, parking });
    shutdown.add('intake', intake.close);
    shutdown.add('output', output.close);
    shutdown.add('state', () => state.close());
    return { close: () => shutdown.run() };
  } catch (err) {
    await state.close();
    throw err;
  }
}

interface Connections {
  config: BotConfig;
  log: Logger;
  state: State;
  slack: SlackClients;
  strict: boolean;
}

function botDeps(connections: Connections): BotDeps {
  const { config, log, slack, strict } = connections;
  const { redis, clock, store, queue, notices, tickets } = connections.state;
  return {
    store,
    inventory: createInventoryStore(redis),
    installQueue: queue,
    notices,
    tickets,
    leases: createDeviceLeases(redis),
    claims: createDeviceClaims({ redis, store }),
    sent: createSentMessages({ redis, clock }),
    sender: createSlackSender({ ...slack, log, strict }),
    people: createPeople({ client: slack.interactive, teamId: slack.teamId }),
    canPost: (channel) => canPost(slack.interactive, channel),
    redis,
    rules: rulesOf(config, slack.teamId),
    clock,
    log,
    strict,
  };
}

function rulesOf(config: BotConfig, teamId: string): BotRules {
  return {
    teamId,
    protectedTags: config.XEPA_PROTECTED_TAGS,
    requesters: config.XEPA_REQUESTERS,
    approvers: config.XEPA_APPROVERS,
    isos: config.XEPA_ISOS,
    isoAllow: config.XEPA_ISO_ALLOW,
    approvalMinutes: config.XEPA_APPROVAL_MINUTES,
    ticketSeconds: config.XEPA_TICKET_SECONDS,
    publicUrl: config.XEPA_PUBLIC_URL,
  };
}

interface Parts {
  config: BotConfig;
  deps: BotDeps;
  slack: SlackClients;
  parking: Parking;
}

/** From Slack to us: commands and clicks, and the health endpoint. */
async function startIntake({ config, deps, slack, parking }: Parts): Promise<{ close(): Promise<void> }> {
  const logger = boltLogger(deps.log);
  const handler = createHandler(deps);
  const way = transportOf(config);
  const host = config.XEPA_BIND;
  const checks = {
    redis: () => deps.redis.ping(),
    slack: () => mustBeUp(transport.isUp()),
    token: () => mustNotBeParked(parking),
  };
  const common = { logger, clientOptions: slack.options };
  const http = {
    host,
    port: config.XEPA_BOT_PORT,
    clock: deps.clock,
    onHealth: (response: ServerResponse) => void answerHealth(response, checks),
  };
  const transport =
    way.mode === 'socket' ? socketTransport({ ...common, ...way }) : httpTransport({ ...common, ...way, ...http });
  const { receiver } = transport;
  const token = config.SLACK_BOT_TOKEN;
  const app = buildApp({ deps, handler, receiver, token, clientOptions: slack.options, logger });
  await app.init();
  const server = await startHealthServer({ host, port: config.XEPA_BOT_HEALTH_PORT, checks });
  await transport.start().catch(async (err: unknown) => {
    await server.close();
    throw err;
  });
  deps.log.info({ mode: way.mode, team: slack.teamId }, 'the bot hears from Slack');
  return {
    async close() {
      await transport.stop();
      await handler.drain();
      await server.close();
    },
  };
}

async function mustBeUp(up: boolean): Promise<void> {
  if (!up) throw new Error('not connected to Slack');
}

async function mustNotBeParked(parking: Parking): Promise<void> {
  const reason = await parking.reason();
  if (reason !== null) throw new Error(`Slack refuses the token: ${reason}`);
}

/** From records to Slack: messages follow what the records say. */
function startOutput({ config, deps, slack, parking }: Parts): { close(): Promise<void> } {
  const { store, sent, sender, clock, log, redis, notices } = deps;
  const again = (installId: string) => {
    notices.send({ installId, rev: 0 }).catch((err: unknown) => log.warn({ err, installId }, 'a notice was lost'));
  };
  const later = createLater(again);
  const budget = createUpdateBudget({ redis, clock, teamId: slack.teamId });
  const heartbeats = createHeartbeats({ redis, clock });
  const lock = createMessageLock(redis);
  const outbox = { store, sent, lock, budget, sender, heartbeats, parking, clock, log, later };
  const publisher = createPublisher(outbox);
  const consumer = consumeNotices(config.REDIS_URL, ({ installId }) => publisher.publish(installId), log);
  const sweep = startSweep({ ...deps, heartbeats, parking });
  return {
    async close() {
      sweep.close();
      later.close();
      await consumer.close();
    },
  };
}
