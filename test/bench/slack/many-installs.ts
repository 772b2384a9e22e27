import type { Redis } from 'ioredis';
import { createMessageLock } from '../../../bot/message-lock.ts';
import { createPublisher, type Publisher } from '../../../bot/publisher.ts';
import { createSentMessages } from '../../../bot/sent-messages.ts';
import type { SlackSender } from '../../../bot/slack-sender.ts';
import { createUpdateBudget } from '../../../bot/update-budget.ts';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import { createLogger } from '../../../core/log.ts';
import { connectRedis } from '../../../core/redis.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';
import { startPrivateRedis } from '../../support/private-redis.ts';
import { installAt } from '../../support/records.ts';
import type { Figure } from '../figures.ts';

const MINUTE_MS = 60_000;
const MINUTES = 10;
/** How often each install has something new to tell. */
const NEWS_MS = 30_000;
/** So many installs can be edited once a minute each. */
const ONE_EACH = 30;
/** As many as the bot looks at at once. */
const AT_ONCE = 32;

/** Ten simulated minutes of that many downloads, of which all tell their progress all the time. */
export async function measureManyInstalls(count: number): Promise<Figure[]> {
  const server = await startPrivateRedis();
  const redis = await connectRedis(server.url, 'consumer');
  try {
    return figuresOf(count, await simulate(redis, count));
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

interface Edits {
  begin: number;
  end: number;
  /** When each message was posted or edited. */
  byMessage: Map<string, number[]>;
}

async function simulate(redis: Redis, count: number): Promise<Edits> {
  const clock = new FakeClock();
  const begin = clock.now();
  const byMessage = new Map<string, number[]>();
  const agenda = new Agenda();
  const sender = recorder(clock, byMessage);
  const publisher = publisherOf({ redis, clock, sender, later: (id, ms) => agenda.add(id, clock.now() + ms) });
  const ids = Array.from({ length: count }, (_, index) => `xe-${index}`);
  for (const [index, id] of ids.entries()) {
    for (let at = begin + index; at < begin + MINUTES * MINUTE_MS; at += NEWS_MS) agenda.add(id, at, 'news');
  }
  const end = begin + MINUTES * MINUTE_MS;
  for (let due = agenda.next(end); due.length > 0; due = agenda.next(end)) {
    clock.forward(Math.max(0, (due[0]?.at ?? 0) - clock.now()));
    await Promise.all(due.map(({ id }) => publisher.publish(id)));
  }
  return { begin, end, byMessage };
}

/** What is to be looked at when: the same install at most once as `later`, and at each of its news. */
class Agenda {
  readonly #entries: { id: string; at: number; kind: string }[] = [];
  readonly #later = new Map<string, { id: string; at: number; kind: string }>();

  add(id: string, at: number, kind = 'later'): void {
    const known = this.#later.get(id);
    if (kind === 'later' && known && known.at <= at) return;
    const entry = { id, at, kind };
    if (kind === 'later') this.#later.set(id, entry);
    this.#entries.push(entry);
  }

  /** What is due next, at one moment, without what was put to an earlier time since. */
  next(end: number): { id: string; at: number }[] {
    this.#entries.sort((one, other) => other.at - one.at);
    const due: { id: string; at: number }[] = [];
    for (let last = this.#entries.at(-1); last && last.at < end; last = this.#entries.at(-1)) {
      if (due.length >= AT_ONCE || (due[0] && last.at > due[0].at)) break;
      this.#entries.pop();
      if (last.kind === 'later' && this.#later.get(last.id) !== last) continue;
      if (last.kind === 'later') this.#later.delete(last.id);
      due.push(last);
    }
    return due;
  }
}

/** Its download is as far as the time is: each look finds another number. */
function recordAt(id: string, now: number): InstallRecord {
  return installAt(
    'media',
    { progress: { done: now, total: 10 * now, unit: 'bytes' } },
    { id, rev: now, updatedAt: now },
  );
}

function publisherOf(deps: {
  redis: Redis;
  clock: FakeClock;
  sender: SlackSender;
  later: (id: string, ms: number) => void;
}): Publisher {
  const { redis, clock } = deps;
  return createPublisher({
    ...deps,
    store: { find: async (id) => recordAt(id, clock.now()) },
    sent: createSentMessages({ redis, clock }),
    lock: createMessageLock(redis),
    budget: createUpdateBudget({ redis, clock, teamId: 'T1' }),
    heartbeats: { last: async () => ({ at: clock.now(), next: clock.now() }) },
    parking: { reason: async () => null, park: async () => undefined },
    log: createLogger('bench', 'silent'),
  });
}

function recorder(clock: FakeClock, byMessage: Map<string, number[]>): SlackSender {
  return {
    async post() {
      const ts = String(byMessage.size);
      byMessage.set(ts, [clock.now()]);
      return { channel: 'C01OPS', ts };
    },
    update: async ({ ts }) => void byMessage.get(ts)?.push(clock.now()),
    remove: async () => undefined,
    whisper: async () => undefined,
  };
}

function figuresOf(count: number, { begin, end, byMessage }: Edits): Figure[] {
  const times = [...byMessage.values()];
  const edits = times.flatMap(([, ...later]) => later).toSorted((one, other) => one - other);
  const perMinute = Array.from(
    { length: MINUTES },
    (_, minute) => edits.filter((at) => Math.floor((at - begin) / MINUTE_MS) === minute).length,
  );
  const busiest = Math.max(...edits.map((from) => edits.filter((at) => at >= from && at < from + MINUTE_MS).length));
  const counts = times.map((one) => one.length - 1);
  const spread = Math.max(...counts) - Math.min(...counts);
  const stalestMs = end - Math.min(...times.map((one) => one.at(-1) ?? begin));
  // No order of edits could do better than all in turn.
  const turnMs = Math.min(end - begin, (count / (edits.length / MINUTES)) * MINUTE_MS);
  const name = (what: string) => `${count} installs, 10 min simulated: ${what}`;
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(0)} s`;
  return [
    { name: name('edits in each minute'), value: perMinute.join(' ') },
    { name: name('edits in the busiest minute'), value: String(busiest), target: '<= 40', met: busiest <= 40 },
    { name: name('most edits less fewest, per install'), value: String(spread), target: '<= 2', met: spread <= 2 },
    ...pauseOf(count, longestPause(times, end)).map((figure) => ({ ...figure, name: name(figure.name) })),
    {
      name: name('age of the stalest message'),
      value: seconds(stalestMs),
      target: `<= ${seconds(turnMs * 1.25)}`,
      met: stalestMs <= turnMs * 1.25,
    },
  ];
}

/** Milliseconds between two edits of one message, and from its last one to the end. */
function longestPause(messages: readonly (readonly number[])[], end: number): number {
  const pauses = messages.flatMap((times) => times.map((at, index) => (times[index + 1] ?? end) - at));
  return Math.max(...pauses);
}

/** Each is edited once a minute, for as many as the budget has an edit a minute for. */
function pauseOf(count: number, pauseMs: number): Figure[] {
  const figure = { name: 'longest time without an edit, per install', value: `${(pauseMs / 1_000).toFixed(0)} s` };
  return [count <= ONE_EACH ? { ...figure, target: '<= 60 s', met: pauseMs <= MINUTE_MS } : figure];
}
