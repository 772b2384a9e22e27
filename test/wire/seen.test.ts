import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { createPageAnswers } from '../../core/page-answers.ts';
import { createPictureStore, type PictureStore } from '../../core/picture-store.ts';
import { connectRedis } from '../../core/redis.ts';
import { createWishes, WISH_MS, type Wishes } from '../../core/wishes.ts';
import { encodePng } from '../../worker/host/png-encode.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { createMemoryPictures, createMemoryWishes } from '../fakes/memory-eyes.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

let server: EmbeddedRedis;
let redis: Redis;
let png: Buffer;
const id = 'xe-7f3kq2';
const clock = new FakeClock();

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'producer');
  png = await encodePng({ width: 2, height: 1, rgb: Buffer.from([0, 255, 254, 13, 10, 0]) });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(() => redis.flushall());

const about = { at: 5, step: 'attend', askedBy: ['U02BOB'] } as const;
const moment = { ...about, kind: 'milestone:console-ready', askedBy: [] as string[] } as const;

const pictureStores: [string, () => PictureStore][] = [
  ['in Redis', () => createPictureStore({ redis })],
  ['in memory', createMemoryPictures],
];

describe.each(pictureStores)('pictures %s', (_where, open) => {
  let pictures: PictureStore;
  beforeEach(() => {
    pictures = open();
  });

  it('are kept to the byte, with what is known of them, apart for each install', async () => {
    expect(await pictures.put(id, moment, png)).toBe(true);
    expect(await pictures.bytes(id, 'milestone:console-ready')).toEqual(png);
    expect(await pictures.list(id)).toMatchObject([
      { ...moment, width: 2, height: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect([await pictures.has(id, 'milestone:console-ready'), await pictures.has(id, 'milestone:failed')]).toEqual([
      true,
      false,
    ]);
    expect([await pictures.list('xe-other'), await pictures.bytes('xe-other', moment.kind)]).toEqual([[], null]);
  });

  it('of one kind are one, however many take it at once', async () => {
    const taken = await Promise.all([1, 2, 3].map((at) => pictures.put(id, { ...moment, at }, png)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await pictures.list(id)).toHaveLength(1);
  });

  it('are ten at most: the oldest goes, with its bytes', async () => {
    for (let n = 1; n <= 12; n += 1) {
      await pictures.put(id, { ...about, kind: `asked:n${n}`, askedBy: ['U02BOB'] }, png);
    }
    const kinds = (await pictures.list(id)).map(({ kind }) => kind);
    expect([kinds.length, kinds[0], kinds[9]]).toEqual([10, 'asked:n3', 'asked:n12']);
    expect([await pictures.bytes(id, 'asked:n2'), await pictures.bytes(id, 'asked:n3')]).toEqual([null, png]);
  });

  it.each([
    ['no picture', () => Buffer.from('<svg onload="x">')],
    ['too many bytes', () => Buffer.concat([png, Buffer.alloc(1_500_000)])],
  ])('are refused when they are %s', async (_what, bytes) => {
    await expect(pictures.put(id, moment, bytes())).rejects.toMatchObject({ code: 'bad-input' });
    expect(await pictures.list(id)).toEqual([]);
  });
});

it('pictures are forgotten after a week, all keys of an install in one slot', async () => {
  await createPictureStore({ redis }).put(id, moment, png);
  const keys = await redis.keys('*');
  expect(keys.toSorted()).toEqual([`xepa:{${id}}:pictures`, `xepa:{${id}}:pictures:list`]);
  for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(7 * 24 * 3600 - 60);
});

const wishStores: [string, () => Wishes][] = [
  ['in Redis', () => createWishes({ redis, clock })],
  ['in memory', () => createMemoryWishes(clock)],
];
const wanted = { what: 'picture', by: 'U02BOB', channel: 'C01', lines: 0, asFile: false } as const;
const failed = { what: 'failed', message: 'why' } as const;

describe.each(wishStores)('wishes %s', (_where, open) => {
  let wishes: Wishes;
  beforeEach(() => {
    wishes = open();
  });

  it('wait until they are answered, and are remembered until somebody was told', async () => {
    const wish = await wishes.add(id, wanted);
    expect(wish).toMatchObject({ ...wanted, at: clock.now() });
    expect(await wishes.open(id)).toEqual([wish]);
    expect(await wishes.answer(id, wish.nonce, failed)).toBe(true);
    expect(await wishes.open(id)).toEqual([]);
    expect(await wishes.all(id)).toEqual([{ wish, answer: failed }]);
    await wishes.remove(id, wish.nonce);
    expect(await wishes.all(id)).toEqual([]);
  });

  it('take one answer, and none when nobody waits any more', async () => {
    const { nonce } = await wishes.add(id, wanted);
    const second = { what: 'logs', serial: '', qemu: '' } as const;
    expect([await wishes.answer(id, nonce, failed), await wishes.answer(id, nonce, second)]).toEqual([true, false]);
    expect((await wishes.all(id))[0]?.answer).toEqual(failed);
    await wishes.remove(id, nonce);
    expect(await wishes.answer(id, nonce, failed)).toBe(false);
    expect(await wishes.all(id)).toEqual([]);
  });

  it('are not open for a worker any more once the person was told that there is no answer', async () => {
    await wishes.add(id, wanted);
    clock.forward(WISH_MS - 1);
    expect(await wishes.open(id)).toHaveLength(1);
    clock.forward(1);
    expect(await wishes.open(id)).toEqual([]);
    expect(await wishes.all(id)).toHaveLength(1);
  });
});

describe.each(wishStores)('wishes of the console’s page %s', (_where, open) => {
  it('are no worker’s business until they are allowed, and go with what was said of them', async () => {
    const wishes = open();
    const wish = await wishes.add(id, { ...wanted, onPage: true });
    expect([await wishes.open(id), await wishes.unjudged(id)]).toEqual([[], [wish]]);
    await wishes.allow(id, wish.nonce);
    expect([await wishes.open(id), await wishes.unjudged(id)]).toEqual([[wish], []]);
    await wishes.remove(id, wish.nonce);
    await wishes.allow(id, wish.nonce);
    expect(await wishes.all(id)).toEqual([]);
  });

  it('are not to be judged any more once they are answered, or nobody waits', async () => {
    const wishes = open();
    const { nonce } = await wishes.add(id, { ...wanted, onPage: true });
    await wishes.answer(id, nonce, failed);
    expect(await wishes.unjudged(id)).toEqual([]);
    await wishes.add(id, { ...wanted, onPage: true });
    clock.forward(WISH_MS);
    expect(await wishes.unjudged(id)).toEqual([]);
  });

  it('of Slack were judged when they were written down', async () => {
    const wishes = open();
    const wish = await wishes.add(id, wanted);
    expect([await wishes.open(id), await wishes.unjudged(id)]).toEqual([[wish], []]);
  });
});

it('what the bot tells the page is there for a few minutes, for that wish alone', async () => {
  const answers = createPageAnswers({ redis });
  await answers.tell(id, 'n1', { state: 'failed', message: 'why' });
  expect(await answers.find(id, 'n1')).toEqual({ state: 'failed', message: 'why' });
  expect([await answers.find(id, 'n2'), await answers.find('xe-other', 'n1')]).toEqual([null, null]);
  const [key = ''] = await redis.keys('*');
  expect(await redis.ttl(key)).toBeGreaterThan(240);
});

it('a crowd of wishes is turned away with a sentence', async () => {
  const wishes = createWishes({ redis, clock });
  for (let n = 0; n < 20; n += 1) await wishes.add(id, wanted);
  await expect(wishes.add(id, wanted)).rejects.toMatchObject({ code: 'conflict', userMessage: /try again/ });
});
