import { DelayedError, type Job, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock.ts';
import { InstallJob, Notice } from '../core/contracts/notice.ts';
import { isCancelled } from '../core/decisions.ts';
import type { Heartbeats } from '../core/heartbeat.ts';
import { changeChannel, type InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import { type InstallQueue, installQueueName, promoteQuietly, queuePrefix } from '../core/queues.ts';
import { redisOptions } from '../core/redis.ts';
import { isNotOurs, keepLock } from './job-lock.ts';
import type { Next, Saga, StopReason } from './saga/advance.ts';
import { sweepInstall } from './sweep.ts';

export interface ProcessorDeps {
  redisUrl: string;
  /** A connection of its own, to hear of changes while a step runs. */
  subscriber: Redis;
  saga: Saga;
  store: InstallStore;
  queue: Pick<InstallQueue, 'ensure'>;
  heartbeats: Pick<Heartbeats, 'beat'>;
  clock: Clock;
  log: Logger;
  concurrency: number;
  /** A worker that does not renew its lock for this long has lost its jobs. Milliseconds. */
  lockMs: number;
}

/** A look may take minutes; this often it is told that it goes on. */
const BEAT_MS = 15_000;

/** What this process is doing right now: lost with it, and nobody misses it. */
interface Active {
  installs: Map<string, AbortController>;
  stopping: boolean;
}

export interface Processor {
  isRunning(): boolean;
  /** Gives running installs back at once, then stops. */
  close(): Promise<void>;
}

/** Turns "look at install X now" into calls of the saga; waits are delayed jobs and hold no slot. */
export async function startProcessor(deps: ProcessorDeps): Promise<Processor> {
  const { log } = deps;
  const active: Active = { installs: new Map(), stopping: false };
  const abort = (installId: string, reason: StopReason) => active.installs.get(installId)?.abort(reason);

  const worker = new Worker(installQueueName, (job, token = '') => look(deps, active, { job, token }), {
    connection: redisOptions(deps.redisUrl, 'consumer'),
    prefix: queuePrefix,
    concurrency: deps.concurrency,
    lockDuration: deps.lockMs,
    skipLockRenewal: true,
    stalledInterval: Math.max(1_000, Math.round(deps.lockMs / 3)),
    // An install may outlive any number of workers; the saga's own limits decide when it ends.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  });
  worker.on('error', (err) => log.warn({ err }, 'install queue error'));
  worker.on('failed', (job, err) => log.error({ installId: job?.id, err }, 'looking at an install failed'));
  worker.on('completed', (job) => void ensureAgain(deps, InstallJob.parse(job.data).installId));

  const askIfCancelled = (installId: string) => void abortIfCancelled(deps, installId, abort);
  deps.subscriber.on('message', (_channel, text) => {
    const installId = installOf(text);
    if (installId !== null && active.installs.has(installId)) askIfCancelled(installId);
  });
  // What was said while the connection was away was not heard.
  deps.subscriber.on('ready', () => {
    for (const installId of active.installs.keys()) askIfCancelled(installId);
  });
  await deps.subscriber.subscribe(changeChannel);
  const beats = setInterval(() => {
    for (const installId of active.installs.keys()) void beat(deps, installId, BEAT_MS);
  }, BEAT_MS);

  return {
    isRunning: () => worker.isRunning(),
    async close() {
      clearInterval(beats);
      active.stopping = true;
      for (const installId of active.installs.keys()) abort(installId, 'shutdown');
      await worker.close();
    },
  };
}

interface Run {
  job: Job;
  token: string;
}

async function look(deps: ProcessorDeps, active: Active, run: Run): Promise<void> {
  const { installId } = InstallJob.parse(run.job.data);
  try {
    // While it closes, BullMQ may hand out one more job: the very one that was just given back.
    if (active.stopping) return await giveBack(run);
    // This process lost the job's lock and got the job again while the old run still ends.
    if (active.installs.has(installId)) return await sleep(deps, run, 1_000);
    const next = await lookOn(deps, active, { ...run, installId });
    if (next.kind === 'end') return;
    if (next.ms === 0) return await giveBack(run);
    await beat(deps, installId, next.ms);
    await sleep(deps, run, next.ms, async () => {
      // Who changed the record while we looked found the job active and could not bring it forward.
      const record = await deps.store.find(installId);
      if (record && record.rev !== next.rev) await promoteQuietly(run.job);
    });
  } catch (error) {
    if (!isNotOurs(error)) throw error;
    deps.log.warn({ installId, err: error }, 'this look at an install is in the hands of another worker');
    // Tells BullMQ to leave the job where it is.
    throw new WaitingError();
  }
}

/** Looks again and again while there is something to do at once, with one hold of the lock. */
async function lookOn(deps: ProcessorDeps, active: Active, run: Run & { installId: string }): Promise<Next> {
  const { installId, job, token } = run;
  const abort = (reason: StopReason) => active.installs.get(installId)?.abort(reason);
  const lock = keepLock(job, { token, lockMs: deps.lockMs, lost: () => abort('lost') });
  try {
    for (;;) {
      const controller = new AbortController();
      active.installs.set(installId, controller);
      await beat(deps, installId, BEAT_MS);
      const next = await deps.saga.advance(installId, controller.signal);
      const goesOn = next.kind === 'again' && next.ms === 0 && !lock.isLost();
      if (!goesOn || active.stopping) return next;
    }
  } finally {
    lock.release();
    active.installs.delete(installId);
  }
}

/** The job is due again in so many milliseconds. */
async function sleep(deps: ProcessorDeps, { job, token }: Run, ms: number, then?: () => Promise<void>): Promise<never> {
  await job.moveToDelayed(deps.clock.now() + ms, token);
  await then?.();
  throw new DelayedError();
}

/** To the end of the line, for whichever worker comes first. */
async function giveBack({ job, token }: Run): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}

/** Whoever wakes an install whose job is just ending finds the job still there, and it goes all the same. */
async function ensureAgain(deps: ProcessorDeps, installId: string): Promise<void> {
  try {
    await sweepInstall(deps.store, deps.queue, installId);
  } catch (err) {
    deps.log.warn({ installId, err }, 'cannot tell whether an install is to be looked at again');
  }
}

/** A sign of life that could not be given costs no install. */
async function beat(deps: ProcessorDeps, installId: string, nextMs: number): Promise<void> {
  await deps.heartbeats
    .beat(installId, nextMs)
    .catch((err: unknown) => deps.log.warn({ installId, err }, 'a sign of life was not written'));
}

function installOf(text: string): string | null {
  try {
    return Notice.parse(JSON.parse(text)).installId;
  } catch {
    return null;
  }
}

async function abortIfCancelled(
  deps: ProcessorDeps,
  installId: string,
  abort: (installId: string, reason: StopReason) => void,
): Promise<void> {
  try {
    const record = await deps.store.find(installId);
    if (record?.phase === 'forward' && isCancelled(record)) abort(installId, 'cancelled');
  } catch (err) {
    deps.log.warn({ installId, err }, 'cannot tell whether an install was cancelled');
  }
}
