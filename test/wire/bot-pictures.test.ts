import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { webApi } from '@slack/bolt';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { showSeen } from '../../bot/eyes.ts';
import { createFileSender } from '../../bot/file-sender.ts';
import { createSentMessages, type SentMessages } from '../../bot/sent-messages.ts';
import type { SlackFiles } from '../../bot/slack-files.ts';
import type { Message } from '../../bot/views/message.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../core/embedded-redis.ts';
import { createInstallStore, type InstallStore } from '../../core/install-store.ts';
import { createLogger } from '../../core/log.ts';
import { createPageAnswers, type PageAnswers } from '../../core/page-answers.ts';
import { createPictureStore, type PictureStore } from '../../core/picture-store.ts';
import { consumeNotices, createNoticeQueue } from '../../core/queues.ts';
import { connectRedis } from '../../core/redis.ts';
import { createWishes, WISH_MS, type Wishes } from '../../core/wishes.ts';
import { encodePng } from '../../worker/host/png-encode.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { installAt } from '../support/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'xepa-eyes-'));
const log = createLogger('test', 'silent');
const note = { type: 'test', actor: { via: 'system' as const, id: 'test' }, detail: {} };
let server: EmbeddedRedis;
let redis: Redis;
let png: Buffer;

/** Slack's side of files: fails on demand, in the half that a test says, before or after it took the file. */
class FakeFiles implements SlackFiles {
  readonly shared: { channel: string; thread: string | undefined; comment: string }[] = [];
  staged = 0;
  readonly fail: { half: 'stage' | 'share'; err: Error; afterwards?: boolean }[] = [];

  async stage(): Promise<string> {
    this.#failIn('stage');
    this.staged += 1;
    return `F${this.staged}`;
  }

  async share(_id: string, share: { channel: string; thread?: string; comment: string }): Promise<void> {
    if (this.fail[0]?.afterwards !== true) this.#failIn('share');
    this.shared.push({ channel: share.channel, thread: share.thread, comment: share.comment });
    this.#failIn('share');
  }

  directChannel: SlackFiles['directChannel'] = async (user) => `D-${user}`;

  #failIn(half: 'stage' | 'share'): void {
    if (this.fail[0]?.half !== half) return;
    const [failure] = this.fail.splice(0, 1);
    if (failure) throw failure.err;
  }
}

let clock: FakeClock;
let files: FakeFiles;
let store: InstallStore;
let sent: SentMessages;
let pictures: PictureStore;
let wishes: Wishes;
let pageAnswers: PageAnswers;
let whispers: { to: string; text: string }[];
let direct: string[];
let laters: number[];
let whisperFails: Error | null;
let record: InstallRecord;
let parked: string | null;

beforeAll(async () => {
  server = await startEmbeddedRedis(folder, process.env.PATH ?? '');
  redis = await connectRedis(server.url, 'consumer');
  png = await encodePng({ width: 1, height: 1, rgb: Buffer.from([1, 2, 3]) });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await redis.flushall();
  clock = new FakeClock();
  files = new FakeFiles();
  store = createInstallStore({ redis, clock, onWrite: async () => undefined });
  sent = createSentMessages({ redis, clock });
  pictures = createPictureStore({ redis });
  wishes = createWishes({ redis, clock });
  pageAnswers = createPageAnswers({ redis });
  [whispers, direct, laters, whisperFails] = [[], [], [], null];
  record = await store.create(installAt('attend', {}, { rev: 0 }), note);
  parked = null;
  const root = await sent.claim(record.id, 'root');
  const shown = { channel: 'C01OPS', ts: '1.0', hash: 'h', stateHash: 'h', rev: 1, at: 0 };
  if (root.kind !== 'mine') throw new Error('nobody else posts here');
  await sent.replace(record.id, 'root', { from: root.claimed, to: { state: 'sent', ...shown } });
});

const sender = {
  whisper: async (to: { user: string }, message: Message) => {
    if (whisperFails) throw whisperFails;
    whispers.push({ to: to.user, text: JSON.stringify(message.blocks) });
  },
  post: async (to: { channel: string }) => {
    direct.push(to.channel);
    return { channel: to.channel, ts: '9.0' };
  },
};
const notices = { sendLater: async (_notice: unknown, ms: number) => void laters.push(ms) };
const parking = { reason: async () => parked };
const look = () => {
  const uploads = { uploads: files, files: createFileSender(files) };
  const parts = { store, sent, pictures, wishes, pageAnswers, ...uploads, sender, notices, parking, clock, log };
  return showSeen(parts, record.id);
};
const keep = (nonce = 'n1') =>
  pictures.put(record.id, { kind: `asked:${nonce}`, at: clock.now(), step: 'attend', askedBy: ['U02BOB'] }, png);
const ask = (what: 'picture' | 'logs', more = {}) =>
  wishes.add(record.id, { what, by: 'U02BOB', channel: 'C01OPS', lines: 50, asFile: false, ...more });
const refused = (error: string) => new webApi.WebAPIPlatformError({ ok: false, error });
/** What the person is to do, and who names the scope. */
const lacksScope = /missing_scope.*nothing was sent.*install it again with XEPA's manifest.*`\/xepa doctor`/;
const cutOff = () => new webApi.WebAPIRequestError(new Error('socket hang up'));

describe('a picture', () => {
  test('is posted once in the thread of its install, also by two bots at once', async () => {
    await keep();
    await Promise.all([look(), look()]);
    await look();
    expect(files.shared).toMatchObject([{ channel: 'C01OPS', thread: '1.0' }]);
  });

  test('waits for the message of its install', async () => {
    await sent.forget(record.id, 'root');
    await keep();
    await look();
    expect([files.staged, laters]).toEqual([0, []]);
  });

  test('whose upload broke off is tried again, since nobody can have seen it', async () => {
    await keep();
    files.fail.push({ half: 'stage', err: cutOff() });
    await look();
    expect([files.shared.length, laters]).toEqual([0, [60_000]]);
    await look();
    expect(files.shared.map(({ comment }) => comment.includes('replaces'))).toEqual([false]);
  });

  test('of which nobody knows whether it was shown is posted again after a while, and says so', async () => {
    await keep();
    files.fail.push({ half: 'share', err: cutOff(), afterwards: true });
    await look();
    clock.forward(30_000);
    await look();
    expect(files.shared).toHaveLength(1);
    clock.forward(31_000);
    await look();
    await look();
    expect(files.shared.map(({ comment }) => comment.includes('replaces an earlier picture'))).toEqual([false, true]);
    expect(laters).toEqual([60_000, 60_000]);
  });

  test('waits as long as Slack asks', async () => {
    await keep();
    files.fail.push({ half: 'share', err: new webApi.WebAPIRateLimitedError(7) });
    await look();
    expect(laters).toEqual([7_000]);
    await look();
    expect(files.shared).toHaveLength(1);
  });

  test('that Slack refuses is not tried again and holds back no other one, and who asked is told what to do', async () => {
    const wish = await ask('picture');
    await keep(wish.nonce);
    await keep('n2');
    await wishes.answer(record.id, wish.nonce, { what: 'picture', kind: `asked:${wish.nonce}` });
    files.fail.push({ half: 'stage', err: refused('missing_scope') });
    await look();
    await look();
    expect([files.shared.length, files.staged, laters]).toEqual([1, 1, []]);
    expect(whispers).toMatchObject([{ to: 'U02BOB', text: expect.stringMatching(lacksScope) }]);
    expect(await wishes.all(record.id)).toEqual([]);
  });

  test('waits for a token that works', async () => {
    await keep();
    files.fail.push({ half: 'stage', err: refused('token_revoked') });
    await look();
    parked = 'token_revoked';
    await look();
    expect([files.staged, laters]).toEqual([0, [60_000]]);
    parked = null;
    await look();
    expect(files.shared).toHaveLength(1);
  });

  test('is no news after an hour', async () => {
    await keep();
    clock.forward(3_600_001);
    await look();
    expect(files.staged).toBe(0);
  });
});

describe('somebody who asked', () => {
  test('is told once that no answer came, and not before its time', async () => {
    await ask('picture');
    clock.forward(WISH_MS - 1);
    await look();
    expect(whispers).toEqual([]);
    clock.forward(1);
    await Promise.all([look(), look()]);
    await look();
    expect(whispers).toMatchObject([{ to: 'U02BOB', text: expect.stringContaining('within 30 seconds') }]);
  });

  test('is told why: the last error of the step, or that the installer is gone', async () => {
    const journal = installAt('attend', {
      failures: 3,
      error: { code: 'unreachable', message: 'No SSH <here>.' },
    }).journal;
    await store.update(record.id, (now) => ({ record: { ...now, journal }, note }));
    await ask('picture');
    clock.forward(WISH_MS);
    await look();
    expect(whispers.at(-1)?.text).toContain('failed: No SSH &lt;here&gt;.');
    await store.update(record.id, (now) => ({ record: { ...now, at: 'boot' }, note }));
    await ask('picture');
    clock.forward(WISH_MS);
    await look();
    expect(whispers.at(-1)?.text).toContain('does not run any more');
  });

  test('gets the history even when the server says nothing', async () => {
    await ask('logs');
    clock.forward(WISH_MS);
    await look();
    expect(whispers).toMatchObject([{ text: expect.stringMatching(/Console ready, at attend.*own logs are missing/) }]);
  });

  test('is told in direct messages where the bot may not speak', async () => {
    whisperFails = refused('user_not_in_channel');
    const { nonce } = await ask('picture');
    await wishes.answer(record.id, nonce, { what: 'failed', message: 'no' });
    await look();
    expect([direct, await wishes.all(record.id)]).toEqual([['U02BOB'], []]);
  });

  test('hears that the file of the logs was not taken', async () => {
    const { nonce } = await ask('logs');
    await wishes.answer(record.id, nonce, { what: 'logs', serial: 'line\n'.repeat(5_000), qemu: '' });
    files.fail.push({ half: 'stage', err: refused('missing_scope') });
    await look();
    expect(whispers).toMatchObject([{ to: 'U02BOB', text: expect.stringMatching(lacksScope) }]);
  });

  test('on the page is told there, in plain words, and nobody in Slack', async () => {
    const [mine, late] = [await ask('picture', { onPage: true }), await ask('picture', { onPage: true })];
    await keep(mine.nonce);
    await wishes.answer(record.id, mine.nonce, { what: 'picture', kind: `asked:${mine.nonce}` });
    files.fail.push({ half: 'stage', err: refused('missing_scope') });
    clock.forward(WISH_MS);
    await look();
    const told = await Promise.all([mine, late].map(({ nonce }) => pageAnswers.find(record.id, nonce)));
    expect(told).toEqual([
      { state: 'failed', message: expect.stringMatching(/missing_scope.*\/xepa doctor names/) },
      { state: 'failed', message: 'No answer came within 30 seconds.' },
    ]);
    expect([whispers, direct, await wishes.all(record.id)]).toEqual([[], [], []]);
  });

  test('and the picture is not in the thread yet, is remembered until it is settled', async () => {
    const wish = await ask('picture');
    await wishes.answer(record.id, wish.nonce, { what: 'picture', kind: `asked:${wish.nonce}` });
    await look();
    expect(await wishes.all(record.id)).toHaveLength(1);
    await keep(wish.nonce);
    await look();
    expect([await wishes.all(record.id), whispers]).toEqual([[], []]);
  });
});

test('a notice for later does not hold back those that are due', async () => {
  const queue = createNoticeQueue(server.url, log);
  const heard: number[] = [];
  const consumer = consumeNotices(server.url, async ({ rev }) => void heard.push(rev), log);
  await queue.sendLater({ installId: record.id, rev: 2 }, 1_000);
  await queue.send({ installId: record.id, rev: 1 });
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual([1, 2]);
  await consumer.close();
  await queue.close();
});
