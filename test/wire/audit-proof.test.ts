import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proveTrail } from '../../core/audit-proof.ts';
import { systemClock } from '../../core/clock.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { createInstallStore, type InstallStore } from '../../core/install-store.ts';
import { connectRedis } from '../../core/redis.ts';
import { alice, anInstall, bob } from '../support/an-install.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

const id = 'xe-7f3kq2';
const recordKey = `xepa:{${id}}:record`;
const eventsKey = `xepa:{${id}}:events`;

let server: EmbeddedRedis;
let redis: Redis;
let store: InstallStore;

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = await connectRedis(server.url, 'producer');
  store = createInstallStore({ redis, clock: systemClock, onWrite: async () => undefined });
  await store.create(anInstall({ id }), { type: 'requested', actor: alice, detail: { reason: '=1+1, "ü😀\ufffd"' } });
  await store.note(id, { type: 'refused', actor: bob, detail: { what: 'approve', reason: 'line\u001fend \u2028' } });
  await store.note(id, { type: 'approved', actor: bob, detail: {} });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** The same bytes with another one at that place. */
function flipped(bytes: Buffer, at: number, flip: number): Buffer {
  const other = Buffer.from(bytes);
  other.writeUInt8(other.readUInt8(at) ^ flip, at);
  return other;
}

describe('in Redis', () => {
  test('a trail that nobody touched is whole', async () => {
    expect(await proveTrail(store, id)).toEqual({ events: 3, fault: null });
  });

  test('any other byte in any event is found', async () => {
    const entries = await redis.xrangeBuffer(eventsKey, '-', '+');
    const write = async (texts: readonly Buffer[]) => {
      const chain = redis.multi().del(eventsKey);
      for (const text of texts) chain.xadd(eventsKey, '*', 'event', text);
      await chain.exec();
    };
    const texts = entries.map(([, fields]) => fields[1] ?? Buffer.of());
    const places = texts.flatMap((text, event) => Array.from(text.keys(), (at) => ({ event, at })));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.integer({ min: 1, max: 255 }), async ({ event, at }, flip) => {
        await write(texts.with(event, flipped(texts[event] ?? Buffer.of(), at, flip)));
        return (await proveTrail(store, id)).fault !== null;
      }),
      { numRuns: 400 },
    );
    await write(texts);
    expect((await proveTrail(store, id)).fault).toBeNull();
  });

  test("any other byte in the record's head is found", async () => {
    const record = (await redis.hgetBuffer(recordKey, 'json')) ?? Buffer.of();
    const from = record.indexOf('"audit":{"seq"');
    expect(from).toBeGreaterThan(0);
    const to = record.indexOf('}', from);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: from, max: to }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        await redis.hset(recordKey, 'json', flipped(record, at, flip));
        return (await proveTrail(store, id)).fault !== null;
      }),
      { numRuns: 400 },
    );
    await redis.hset(recordKey, 'json', record);
    expect((await proveTrail(store, id)).fault).toBeNull();
  });
});

describe('xepa audit --export', () => {
  const xepa = (args: string[]) =>
    promisify(execFile)(process.execPath, ['bin/xepa.ts', 'audit', ...args], { env: { REDIS_URL: server.url } });

  test('prints all events as CSV that no spreadsheet takes for a formula', async () => {
    const { stdout } = await xepa(['--export', 'csv', '--all']);
    expect(stdout.split('\r\n')).toHaveLength(5);
    expect(stdout).toContain(
      `"${id}","web-07","1","requested","slack","U01ALICE","{""reason"":""=1+1, \\""ü😀\ufffd\\""""}"`,
    );
  });

  test('prints the events of one install as JSON lines', async () => {
    const { stdout } = await xepa(['--export', 'jsonl', id]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ install, event }) => [install, event.seq, event.type])).toEqual([
      [id, 1, 'requested'],
      [id, 2, 'refused'],
      [id, 3, 'approved'],
    ]);
  });

  test.each([
    [['--export', 'pdf', '--all'], '`--export` is `csv` or `jsonl`'],
    [['--export', 'csv'], 'needs one install'],
    [['--export', 'csv', '--verify', '--all'], 'needs one install'],
  ])('%j is refused with a sentence', async (args, sentence) => {
    await expect(xepa(args)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(sentence) });
  });
});
