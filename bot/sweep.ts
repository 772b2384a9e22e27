import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock.ts';
import { type InstallRecord, isFinal } from '../core/contracts/install.ts';
import { awaitsClearance } from '../core/decisions.ts';
import type { Heartbeats } from '../core/heartbeat.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import type { InstallQueue, NoticeQueue } from '../core/queues.ts';
import { expire } from './approvals.ts';
import { hasOpenBrowserDisc } from './judge-browser-disc.ts';
import { hasOpenDiscWish } from './judge-disc.ts';
import { provenVotes } from './judge-proven.ts';
import type { Parking } from './parking.ts';
import type { SentMessages } from './sent-messages.ts';
import { silentSince } from './silence.ts';

export interface SweepDeps {
  store: InstallStore;
  sent: Pick<SentMessages, 'find' | 'shownRev'>;
  notices: Pick<NoticeQueue, 'send'>;
  installQueue: Pick<InstallQueue, 'wake'>;
  heartbeats: Pick<Heartbeats, 'last'>;
  parking: Pick<Parking, 'lookAgain'>;
  redis: Redis;
  clock: Clock;
  log: Logger;
}

const EVERY_MS = 30_000;
/** However many installs there are, one round stays short; the next one goes on behind it. */
const ROUND = 300;
const RECENT = 20;
/** An install that ended longer ago is left alone: what was posted of it may be forgotten by now. */
const ENDED_MS = 24 * 3600 * 1000;

/** Looks over the installs every 30 seconds for what a lost notice or a stopped bot left behind. */
export function startSweep(deps: SweepDeps): { close(): void } {
  let from = 0;
  const round = async () => {
    // One bot of many does it.
    if ((await deps.redis.set('xepa:slack:sweep', '1', 'PX', EVERY_MS - 5_000, 'NX')) === null) return;
    from = await sweepOnce(deps, from);
  };
  const timer = setInterval(() => {
    round().catch((err: unknown) => deps.log.warn({ err }, 'a sweep failed'));
  }, EVERY_MS);
  return { close: () => clearInterval(timer) };
}

/** One round over open installs from `from` on, and over the newest ones; answers where the next one begins. */
export async function sweepOnce(deps: Omit<SweepDeps, 'redis'>, from = 0): Promise<number> {
  await deps.parking.lookAgain();
  const open = (await deps.store.listOpenIds()).toSorted();
  const slice = open.slice(from, from + ROUND);
  const found = await Promise.all(slice.map((id) => deps.store.find(id)));
  const records = [...found.flatMap((record) => record ?? []), ...(await deps.store.listRecent(RECENT))];
  const unique = new Map(records.map((record) => [record.id, record]));
  for (const record of unique.values()) {
    // One install that cannot be tended must not hide the ones behind it.
    await tend(deps, record).catch((err: unknown) => deps.log.warn({ installId: record.id, err }, 'a sweep failed'));
  }
  return from + ROUND >= open.length ? 0 : from + ROUND;
}

async function tend(deps: Omit<SweepDeps, 'redis'>, record: InstallRecord): Promise<void> {
  const now = deps.clock.now();
  if (expire(record, now)) {
    const ended = await deps.store.update(record.id, (current) => expire(current, now));
    if (isFinal(ended)) await deps.store.markEnded(record.id);
    return;
  }
  if (isAsleep(record, now)) await deps.installQueue.wake(record.id);
  if (!record.slack || (isFinal(record) && now - record.updatedAt > ENDED_MS)) return;
  const waits = isToBeJudged(record, now) || !(await isShown(deps, record));
  if (waits) await deps.notices.send({ installId: record.id, rev: record.rev });
}

/** Approved or created, but the queue was away at that moment. One that waits for its time is the bot's business. */
function isAsleep(record: InstallRecord, now: number): boolean {
  const unbegun = record.phase === 'forward' && record.journal.length === 0 && !awaitsClearance(record);
  return unbegun && now - record.updatedAt > EVERY_MS;
}

/** A proven vote, an ISO that was asked for at the console, or an install whose time has come is there to be judged, shown or not. */
function isToBeJudged(record: InstallRecord, now: number): boolean {
  if (provenVotes(record, now).length > 0 || hasOpenDiscWish(record) || hasOpenBrowserDisc(record)) return true;
  return awaitsClearance(record) && now >= (record.request.startAt ?? 0);
}

/** Slack shows the record as it is, and whether a worker is there. */
async function isShown(deps: Omit<SweepDeps, 'redis'>, record: InstallRecord): Promise<boolean> {
  const root = await deps.sent.find(record.id, 'root');
  if (!root || (await deps.sent.shownRev(record.id)) < record.rev) return false;
  const silent = silentSince(record, await deps.heartbeats.last(record.id), deps.clock.now());
  return root.silentSince === silent;
}
