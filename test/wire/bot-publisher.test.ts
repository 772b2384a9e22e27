import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { webApi } from '@slack/bolt';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMessageLock } from '../../bot/message-lock.ts';
import { createParking, type Parking } from '../../bot/parking.ts';
import { createPublisher, type Publisher } from '../../bot/publisher.ts';
import { createSentMessages } from '../../bot/sent-messages.ts';
import type { MessagePlace, SlackSender } from '../../bot/slack-sender.ts';
import { sweepOnce } from '../../bot/sweep.ts';
import { createUpdateBudget } from '../../bot/update-budget.ts';
import type { Message } from '../../bot/views/message.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Notice } from '../../core/contracts/notice.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../core/embedded-redis.ts';
import { createHeartbeats, type Heartbeats } from '../../core/heartbeat.ts';
import { createInstallStore, type InstallStore } from '../../core/install-store.ts';
import { createLogger } from '../../core/log.ts';
import { connectRedis } from '../../core/redis.ts';
import { anApproval } from '../support/an-approval.ts';
import { installAt, installRecord } from '../support/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'xepa-pub-'));
const log = createLogger('test', 'silent');
const note = { type: 'test', actor: { via: 'system' as const, id: 'test' }, detail: {} };
let server: EmbeddedRedis;
let redis: Redis;

/** A Slack that remembers what it was given and fails on demand, before or after it took the message. */
class FakeSlack implements SlackSender {
  readonly posted: { channel: string; thread: string | undefined; message: Message; ts: string }[] = [];
  readonly edited: { ts: string; message: Message; at: number }[] = [];
  readonly removed: string[] = [];
  readonly failPosts: { err: Error; afterwards: boolean }[] = [];
  readonly failEdits: Error[] = [];
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  async post(to: { channel: string; thread?: string }, message: Message): Promise<MessagePlace> {
    const failure = this.failPosts.shift();
    if (failure && !failure.afterwards) throw failure.err;
    const ts = `${this.posted.length + 1}.0`;
    this.posted.push({ channel: to.channel, thread: to.thread, message, ts });
    if (failure) throw failure.err;
    return { channel: to.channel, ts };
  }

  async update(place: MessagePlace, message: Message): Promise<void> {
    const failure = this.failEdits.shift();
    if (failure) throw failure;
    this.edited.push({ ts: place.ts, message, at: this.now() });
  }

  async remove(place: MessagePlace): Promise<void> {
    this.removed.push(place.ts);
  }

  async whisper(): Promise<void> {}
}

let clock: { now(): number; at: number };
let slack: FakeSlack;
let store: InstallStore;
let publisher: Publisher;
let parking: Parking;
let heartbeats: Heartbeats;
let laters: { id: string; at: number }[];

beforeAll(async () => {
  server = await startEmbeddedRedis(folder, process.env.PATH ?? '');
  redis = await connectRedis(server.url, 'consumer');
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await redis.flushall();
  clock = { at: Date.UTC(2026, 10, 22, 10), now: () => clock.at };
  slack = new FakeSlack(clock.now);
  laters = [];
  store = createInstallStore({ redis, clock, onWrite: async () => undefined });
  parking = createParking({ redis, clock, log, teamId: 'T1', ask: async () => undefined });
  heartbeats = createHeartbeats({ redis, clock });
  publisher = createPublisher({
    ...{ store, sender: slack, clock, log, parking, heartbeats },
    sent: createSentMessages({ redis, clock }),
    lock: createMessageLock(redis),
    budget: createUpdateBudget({ redis, clock, teamId: 'T1' }),
    later: (id, ms) => void laters.push({ id, at: clock.at + ms }),
  });
});

const put = (record: InstallRecord) =>
  store.create({ ...record, rev: 0, createdAt: clock.at, updatedAt: clock.at }, note);
const set = (id: string, parts: Partial<InstallRecord>) =>
  store.update(id, (record) => ({ record: { ...record, ...parts }, note }));
const refused = (error: string) => new webApi.WebAPIPlatformError({ ok: false, error });
const cutOff = () => new webApi.WebAPIRequestError(new Error('socket hang up'));
const roots = () => slack.posted.filter((one) => one.thread === undefined);

describe('the message of an install', () => {
  test('is posted once, and an unchanged one is not sent again', async () => {
    const { id } = await put(installRecord());
    await Promise.all([publisher.publish(id), publisher.publish(id)]);
    await publisher.publish(id);
    await store.note(id, note);
    await publisher.publish(id);
    expect([roots().length, slack.edited.length]).toEqual([1, 0]);
  });

  test('is not posted a second time while it is unknown whether Slack took the first, and then says so', async () => {
    const { id } = await put(installRecord());
    slack.failPosts.push({ err: cutOff(), afterwards: true });
    await expect(publisher.publish(id)).rejects.toThrow();
    clock.at += 30_000;
    await publisher.publish(id);
    expect(roots()).toHaveLength(1);
    clock.at += 31_000;
    await publisher.publish(id);
    expect(JSON.stringify(roots()[1]?.message)).toContain('replaces an earlier one');
  });

  test('is posted at the next try when Slack refused the first', async () => {
    const { id } = await put(installRecord());
    slack.failPosts.push({ err: refused('team_added_to_org'), afterwards: false });
    await expect(publisher.publish(id)).rejects.toThrow();
    await publisher.publish(id);
    expect(roots()).toHaveLength(1);
  });

  test('goes to the requester when nothing can be posted in the channel', async () => {
    const { id } = await put(installRecord());
    slack.failPosts.push({ err: refused('is_archived'), afterwards: false });
    await publisher.publish(id);
    expect(roots().map((one) => one.channel)).toEqual(['U01ALICE']);
  });

  test('is posted again after somebody deleted it', async () => {
    const { id } = await put(installRecord());
    await publisher.publish(id);
    await set(id, { at: 'rescue' });
    slack.failEdits.push(refused('message_not_found'));
    await publisher.publish(id);
    await publisher.publish(id);
    expect(roots()).toHaveLength(2);
  });

  test('shows mere progress every three seconds at most, a new step at once', async () => {
    const { id } = await put(installAt('media', { progress: { done: 1, total: 100, unit: 'bytes' } }));
    await publisher.publish(id);
    const record = await store.load(id);
    const downloaded = (done: number) =>
      record.journal.map((entry) =>
        entry.step === 'media' ? { ...entry, progress: { done, total: 100, unit: 'bytes' as const } } : entry,
      );
    await set(id, { journal: downloaded(40) });
    await publisher.publish(id);
    expect([slack.edited.length, laters.map((one) => one.at - clock.at)]).toEqual([0, [3_000]]);
    clock.at += 3_000;
    await publisher.publish(id);
    expect(JSON.stringify(slack.edited[0]?.message)).toContain('40 %');
    await set(id, { at: 'bind' });
    await publisher.publish(id);
    expect(slack.edited).toHaveLength(2);
  });

  test('waits as long as Slack asks when the limit was met, and then shows the newest state', async () => {
    const { id } = await put(installRecord());
    await publisher.publish(id);
    await set(id, { at: 'rescue' });
    slack.failEdits.push(new webApi.WebAPIRateLimitedError(7));
    await publisher.publish(id);
    expect(laters).toEqual([{ id, at: clock.at + 7_000 }]);
    await set(id, { at: 'reach' });
    await publisher.publish(id);
    expect(slack.edited).toHaveLength(0);
  });

  test('of twenty busy installs are edited at most forty times in any minute, each of them at least once', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `xe-busy${index}`);
    const progress = (done: number) => installAt('media', { progress: { done, total: 10_000, unit: 'bytes' } }).journal;
    for (const id of ids) {
      await put(installAt('media', {}, { id }));
      await publisher.publish(id);
    }
    // Two minutes of a download that tells its progress every two seconds; the order changes as it does in life.
    for (let tick = 1; tick <= 60; tick += 1) {
      clock.at += 2_000;
      for (const id of [...ids.slice(tick % 20), ...ids.slice(0, tick % 20)]) {
        await set(id, { journal: progress(tick * 150) });
        await publisher.publish(id);
      }
    }
    const times = slack.edited.map((edit) => edit.at);
    const busiest = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
    expect(busiest).toBeLessThanOrEqual(40);
    expect(new Set(slack.edited.map((edit) => edit.ts)).size).toBe(20);
  });

  test('shows a new step at once even while others use up what progress may use', async () => {
    const { id } = await put(installRecord({ id: 'xe-quiet' }));
    await publisher.publish(id);
    const budget = createUpdateBudget({ redis, clock, teamId: 'T1' });
    const wish = { key: 'root', urgency: 'percent' as const, lastAt: clock.at - 10_000 };
    for (let n = 0; (await budget.take({ ...wish, installId: `xe-${n}` })) === 0; n += 1) clock.at += 1;
    await set(id, { at: 'rescue' });
    await publisher.publish(id);
    expect(slack.edited).toHaveLength(1);
  });
});

test('a milestone is said once, and being stuck a second time is said again', async () => {
  const { id } = await put(installAt('boot', { state: 'undo-failed' }, { phase: 'stuck' }));
  await publisher.publish(id);
  await publisher.publish(id);
  const replies = () => slack.posted.filter((one) => one.thread !== undefined);
  expect(replies()).toHaveLength(1);
  await set(id, { phase: 'undo' });
  await publisher.publish(id);
  await set(id, { phase: 'stuck' });
  await publisher.publish(id);
  expect(replies()).toHaveLength(2);
});

describe('the sweep', () => {
  const woken: string[] = [];
  const noticed: Notice[] = [];
  const sweep = () => {
    const installQueue = { wake: async (id: string) => void woken.push(id) };
    const notices = { send: async (notice: Notice) => void noticed.push(notice) };
    const sent = createSentMessages({ redis, clock });
    return sweepOnce({ store, clock, log, installQueue, notices, sent, heartbeats, parking });
  };
  beforeEach(() => {
    woken.length = 0;
    noticed.length = 0;
  });

  test('asks for what Slack does not show yet, and for nothing else', async () => {
    const { id } = await put(installRecord());
    await sweep();
    expect(noticed).toEqual([{ installId: id, rev: 1 }]);
    await publisher.publish(id);
    await sweep();
    expect(noticed).toHaveLength(1);
  });

  test('finds an approval card whose post had no clear outcome, and it is posted again', async () => {
    const approval = anApproval({ expiresAt: clock.at + 3_600_000 });
    const { id } = await put(installRecord({ phase: 'approval', approval }));
    await publisher.publish(id);
    await redis.hdel(`xepa:slack:{${id}}`, 'approval', '#shown');
    slack.failPosts.push({ err: cutOff(), afterwards: false });
    await expect(publisher.publish(id)).rejects.toThrow();
    await publisher.publish(id);
    expect(laters.at(-1)?.id).toBe(id);
    const cards = () => slack.posted.filter((one) => JSON.stringify(one.message).includes('xepa.approve')).length;
    const before = cards();
    clock.at += 61_000;
    await sweep();
    expect(noticed.at(-1)?.installId).toBe(id);
    await publisher.publish(id);
    expect(cards()).toBe(before + 1);
    noticed.length = 0;
    await sweep();
    expect(noticed).toEqual([]);
  });

  test('lets an approval expire, and ends the install', async () => {
    const approval = anApproval({ expiresAt: clock.at + 1_000 });
    const { id } = await put(installRecord({ phase: 'approval', approval }));
    await sweep();
    expect((await store.load(id)).phase).toBe('approval');
    clock.at += 1_000;
    await sweep();
    expect(await store.load(id)).toMatchObject({ phase: 'denied', approval: { state: 'expired' } });
    expect(await store.listOpenIds()).toEqual([]);
  });

  test('wakes an install that was recorded while the queue was away', async () => {
    const { id } = await put(installRecord());
    await sweep();
    expect(woken).toEqual([]);
    clock.at += 31_000;
    await sweep();
    expect(woken).toEqual([id]);
  });
});
