import { type Job, Queue, Worker } from 'bullmq';
import { InstallJob, Notice } from './contracts/notice.ts';
import type { Logger } from './log.ts';
import { redisOptions } from './redis.ts';

/** Names and prefix of the queues. The braces keep all keys of a queue in one slot of a Redis Cluster. */
export const installQueueName = 'installs';
export const queuePrefix = '{xepa}';
const noticeQueueName = 'notices';

/** Says "look at install X now". Repeating it does no harm; while X is being looked at, it is looked at again. */
export interface InstallQueue {
  wake(installId: string): Promise<void>;
  /** Sees to it that somebody will look at install X, without disturbing one that waits for its time. */
  ensure(installId: string): Promise<void>;
  close(): Promise<void>;
}

/** Says "install X changed" to the bot. Notices of one install collapse into one while the bot is busy. */
export interface NoticeQueue {
  send(notice: Notice): Promise<void>;
  /** The same after at least so many milliseconds, for whoever is there then to hear it. */
  sendLater(notice: Notice, ms: number): Promise<void>;
  close(): Promise<void>;
}

export function createInstallQueue(url: string, log: Logger): InstallQueue {
  const queue = openQueue(installQueueName, url, log);
  const add = (installId: string): Promise<Job> => {
    const options = { jobId: installId, attempts: 1, removeOnComplete: true, removeOnFail: true };
    return queue.add('look', InstallJob.parse({ installId }), options);
  };
  return {
    async wake(installId) {
      const job = await add(installId);
      // An install that waits is a delayed job: bring it forward. One that is active re-reads its record anyway.
      if (await job.isDelayed()) await promoteQuietly(job);
    },
    ensure: async (installId) => void (await add(installId)),
    close: () => queue.close(),
  };
}

/** Notices for later come up to so much later still. */
const LATER_MS = 5_000;

export function createNoticeQueue(url: string, log: Logger): NoticeQueue {
  const queue = openQueue(noticeQueueName, url, log);
  return {
    async send(notice) {
      await queue.add('changed', Notice.parse(notice), {
        deduplication: { id: notice.installId, keepLastIfActive: true },
        attempts: 5,
        backoff: { type: 'exponential', delay: 1_000 },
        removeOnComplete: true,
        removeOnFail: true,
      });
    },
    async sendLater(notice, ms) {
      const due = Math.ceil((Date.now() + ms) / LATER_MS) * LATER_MS;
      // One notice for all that fall due together, and none that swallows those that are due at once.
      const jobId = `${notice.installId}-${due}`;
      const options = { jobId, delay: due - Date.now(), attempts: 5, removeOnComplete: true, removeOnFail: true };
      await queue.add('changed', Notice.parse(notice), options);
    },
    close: () => queue.close(),
  };
}

/** More than the calls to Slack that may hang at once: they must not hold back the notice of a decision. */
const NOTICES_AT_ONCE = 32;

/** Hands each notice to `handle`; a throw is tried again with backoff. */
export function consumeNotices(
  url: string,
  handle: (notice: Notice) => Promise<void>,
  log: Logger,
): { close(): Promise<void> } {
  const worker = new Worker(noticeQueueName, async (job) => handle(Notice.parse(job.data)), {
    connection: redisOptions(url, 'consumer'),
    prefix: queuePrefix,
    concurrency: NOTICES_AT_ONCE,
  });
  worker.on('error', (err) => log.warn({ err }, 'notice queue error'));
  worker.on('failed', (job, err) => log.warn({ installId: job?.data?.installId, err }, 'a notice failed'));
  return { close: () => worker.close() };
}

function openQueue(name: string, url: string, log: Logger): Queue {
  const queue = new Queue(name, { connection: redisOptions(url, 'producer'), prefix: queuePrefix });
  queue.on('error', (err) => log.warn({ queue: name, err }, 'queue error'));
  return queue;
}

/** Between asking and promoting a worker may have taken the job: then it is being looked at, which is the wish. */
export async function promoteQuietly(job: Job): Promise<void> {
  try {
    await job.promote();
  } catch {
    // already waiting or active
  }
}
