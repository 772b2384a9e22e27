import type { Redis } from 'ioredis';
import { type Clock, systemClock } from './clock.ts';
import { createInstallStore, type InstallStore } from './install-store.ts';
import type { Keyring } from './keyring.ts';
import type { Logger } from './log.ts';
import { createInstallQueue, createNoticeQueue, type InstallQueue, type NoticeQueue } from './queues.ts';
import { connectRedis } from './redis.ts';
import { type CommonSettings, keyringOf, requireRedisUrl } from './settings.ts';
import { createTickets, type Tickets } from './tickets.ts';

/** What every process has of the shared state. */
export interface State {
  redisUrl: string;
  redis: Redis;
  clock: Clock;
  keyring: Keyring;
  /** Each write sends a notice to the bot. */
  store: InstallStore;
  queue: InstallQueue;
  notices: NoticeQueue;
  tickets: Tickets;
  close(): Promise<void>;
}

/** Opens the shared state. @throws XepaError bad-config, redis-down */
export async function openState(settings: CommonSettings, log: Logger): Promise<State> {
  const redisUrl = requireRedisUrl(settings);
  const clock = systemClock;
  const keyring = keyringOf(settings);
  const redis = await connectRedis(redisUrl, 'producer');
  const queue = createInstallQueue(redisUrl, log);
  const notices = createNoticeQueue(redisUrl, log);
  const store = createInstallStore({
    redis,
    clock,
    // The bot's own sweep finds what a lost notice would have told.
    onWrite: (notice) =>
      notices.send(notice).catch((err) => log.warn({ installId: notice.installId, err }, 'a notice was not sent')),
  });
  return {
    ...{ redisUrl, redis, clock, keyring, store, queue, notices },
    tickets: createTickets({ redis, keyring, clock }),
    async close() {
      await Promise.all([queue.close(), notices.close()]);
      redis.disconnect();
    },
  };
}
