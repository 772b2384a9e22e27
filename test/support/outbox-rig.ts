import type { Redis } from 'ioredis';
import { boltLogger } from '../../bot/bolt-logger.ts';
import { createMessageLock } from '../../bot/message-lock.ts';
import { createParking, type Parking } from '../../bot/parking.ts';
import { createPublisher, type Publisher } from '../../bot/publisher.ts';
import { createSentMessages, type SentMessages } from '../../bot/sent-messages.ts';
import { connectSlack, slackOptions } from '../../bot/slack-clients.ts';
import { createSlackSender } from '../../bot/slack-sender.ts';
import { sweepOnce } from '../../bot/sweep.ts';
import { createUpdateBudget, type UpdateBudget } from '../../bot/update-budget.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { createHeartbeats, type Heartbeats } from '../../core/heartbeat.ts';
import { createInstallStore, type InstallStore } from '../../core/install-store.ts';
import { createLogger } from '../../core/log.ts';
import { connectRedis } from '../../core/redis.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import type { ActiveFault } from '../fakes/slack-proxy/fault-book.ts';
import { type SlackProxy, startSlackProxy } from '../fakes/slack-proxy/proxy.ts';
import { freePort } from './free-port.ts';
import { type LocalSlack, slackTokens, startLocalSlack } from './local-slack.ts';
import { startPrivateRedis } from './private-redis.ts';

/** The half of a bot that writes to Slack: real clients, real Redis, and a clock that the test moves. */
export interface Outbox {
  publisher: Publisher;
  parking: Parking;
  budget: UpdateBudget;
  /** When it wants to look at an install again, and has not yet. Milliseconds of the test's clock. */
  laters: Map<string, number>;
  /** Moves the clock from one look to the next until nothing is left to be looked at. */
  settle(): Promise<void>;
  /** One sweep; what it finds is looked at. */
  sweep(): Promise<void>;
}

/** Any number of bots over one Redis, before one Slack, behind the fault proxy. */
export interface OutboxRig {
  slack: LocalSlack;
  proxy: SlackProxy;
  redis: Redis;
  clock: FakeClock;
  store: InstallStore;
  sent: SentMessages;
  heartbeats: Heartbeats;
  startBot(): Promise<Outbox>;
  /** The next call of that method is held back until it is told to go on. */
  failLate(call: { method: string }): ActiveFault & { goOn(): void };
  put(record: InstallRecord): Promise<InstallRecord>;
  change(id: string, parts: Partial<InstallRecord>): Promise<InstallRecord>;
  /** Everything as at the start. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const log = createLogger('test', 'silent');
const note = { type: 'test', actor: { via: 'system' as const, id: 'test' }, detail: {} };
const START = Date.UTC(2026, 10, 22, 10);
/** A test does not wait long for an answer that never comes, and a machine that is busy is in time with one that does. */
const patience = { callMs: 2_000, progressMs: 2_000 };

export async function startOutboxRig(): Promise<OutboxRig> {
  const [server, slackPort, port]: [EmbeddedRedis, number, number] = [
    await startPrivateRedis(),
    await freePort(),
    await freePort(),
  ];
  const slack = await startLocalSlack({ port: slackPort, mode: 'socket' });
  const { bot: token, signingSecret } = slackTokens;
  const places = { slackUrl: slack.url, eventsUrl: '' };
  const proxy = await startSlackProxy({ ...places, port, token, signingSecret });
  const redis = await connectRedis(server.url, 'consumer');
  const clock = new FakeClock(START);
  const store = createInstallStore({ redis, clock, onWrite: async () => undefined });
  const parts = { redis, clock, store, sent: createSentMessages({ redis, clock }) };
  const heartbeats = createHeartbeats({ redis, clock });
  return {
    ...{ slack, proxy, heartbeats, ...parts },
    failLate(call) {
      const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
      return { ...proxy.fail({ ...call, fault: { kind: 'late', until } }), goOn };
    },
    startBot: () => startOutbox({ ...parts, heartbeats, apiUrl: proxy.apiUrl }),
    put: (record) => store.create({ ...record, rev: 0, createdAt: clock.now(), updatedAt: clock.now() }, note),
    change: (id, changed) => store.update(id, (record) => ({ record: { ...record, ...changed }, note })),
    async reset() {
      proxy.heal();
      await redis.flushall();
    },
    async stop() {
      redis.disconnect();
      await proxy.close();
      await slack.stop();
      await server.stop();
    },
  };
}

async function startOutbox(
  rig: Pick<OutboxRig, 'redis' | 'clock' | 'store' | 'sent' | 'heartbeats'> & { apiUrl: string },
): Promise<Outbox> {
  const { redis, clock } = rig;
  const options = slackOptions({ SLACK_API_URL: `${rig.apiUrl}/` }, boltLogger(log), patience.callMs);
  const clients = await connectSlack(slackTokens.bot, options, patience);
  const { teamId } = clients;
  const budget = createUpdateBudget({ redis, clock, teamId });
  const parking = createParking({ redis, clock, log, teamId, ask: () => clients.interactive.auth.test() });
  const laters = new Map<string, number>();
  const later = (id: string, ms: number) => void laters.set(id, Math.min(laters.get(id) ?? Infinity, clock.now() + ms));
  const sender = createSlackSender({ ...clients, log, strict: true });
  const publisher = createPublisher({
    ...rig,
    ...{ lock: createMessageLock(redis), budget, sender, parking, log, later },
  });
  const settle = async () => {
    for (let looks = 0; laters.size > 0 && looks < 1_000; looks += 1) {
      const [id, at] = [...laters].reduce((soonest, one) => (one[1] < soonest[1] ? one : soonest));
      clock.forward(Math.max(0, at - clock.now()));
      laters.delete(id);
      await publisher.publish(id);
    }
  };
  return {
    ...{ publisher, parking, budget, laters, settle },
    async sweep() {
      const found: string[] = [];
      const notices = { send: async ({ installId }: { installId: string }) => void found.push(installId) };
      await sweepOnce({ ...rig, parking, log, notices, installQueue: { wake: async () => undefined } });
      for (const id of found) await publisher.publish(id);
    },
  };
}
