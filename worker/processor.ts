import { DelayedError, type Job, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock.ts';
import { InstallJob, Notice } from '../core/contracts/notice.ts';
import { isCancelled } from '../core/decisions.ts';
import type { Heartbeats } from '../core/heartbeat.ts';
import { changeChannel, type InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import { installQueueName, queuePrefix } from '../core/queues.ts';
import { redisOptions } from '../core/redis.ts';
import type { Saga, StopReason } from './saga/advance.ts';

export interface ProcessorDeps {
  redisUrl: string;
  /** A connection of its own, to hear of changes while a step runs. */
  subscriber: Redis;
  saga: Saga;
  store: InstallStore;
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

/** Turns "look at install X now" into one call of the saga; waits are delayed jobs and hold no slot. */
export async function startProcessor(deps: ProcessorDeps): Promise<Processor> {
  const { log } = deps;
  const active: Active = { installs: new Map(), stopping: false };
  const abort = (installId: string, reason: StopReason) => active.installs.get(installId)?.abort(reason);

  const worker = new Worker(installQueueName, (job, token) => look(deps, active, { job, token }), {
    connection: redisOptions(deps.redisUrl, 'consumer'),
    prefix: queuePrefix,
    concurrency: deps.concurrency,
    lockDuration: deps.lockMs,
    stalledInterval: Math.max(1_000, Math.round(deps.lockMs / 3)),
    // An install may outlive any number of workers; the saga's own limits decide when it ends.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  });
  worker.on('error', (err) => log.warn({ err }, 'install queue error'));
  worker.on('failed', (job, err) => log.error({ installId: job?.id, err }, 'looking at an install failed'));
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) abort(id, 'lost');
  });

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

async function look(deps: ProcessorDeps, active: Active, run: { job: Job; token: string | undefined }): Promise<void> {
  const { installId } = InstallJob.parse(run.job.data);
  // While it closes, BullMQ may hand out one more job: the very one that was just given back.
  if (active.stopping) return giveBack(run.job, run.token);
  if (active.installs.has(installId)) {
    // This process lost the job's lock and got the job again while the old run still ends.
    await run.job.moveToDelayed(deps.clock.now() + 1_000, run.token);
    throw new DelayedError();
  }
  const controller = new AbortController();
  active.installs.set(installId, controller);
  try {
    await beat(deps, installId, BEAT_MS);
    const next = await deps.saga.advance(installId, controller.signal);
    if (next.kind === 'end') return;
    await beat(deps, installId, next.ms);
    if (next.ms === 0) return await giveBack(run.job, run.token);
    await run.job.moveToDelayed(deps.clock.now() + next.ms, run.token);
    // Who changed the record while we looked found the job active and could not bring it forward.
    const record = await deps.store.find(installId);
    if (record && record.rev !== next.rev) await run.job.promote();
  } finally {
    active.installs.delete(installId);
  }
  throw new DelayedError();
}

/** A sign of life that could not be given costs no install. */
async function beat(deps: ProcessorDeps, installId: string, nextMs: number): Promise<void> {
  await deps.heartbeats
    .beat(installId, nextMs)
    .catch((err: unknown) => deps.log.warn({ installId, err }, 'a sign of life was not written'));
}

/** To the end of the line, for whichever worker comes first. */
async function giveBack(job: Job, token: string | undefined): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
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
