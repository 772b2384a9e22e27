import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UploadLook, UploadStanding } from '../../web-console/upload/contract.ts';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';
import { openRaw } from '../support/raw-socket.ts';
import { mediaFacts, startUploadHands, type UploadHands } from '../support/upload-hands.ts';

/** The console's part of an upload, asked piece by piece as the page does; bot and worker do theirs with their own code. */
let bench: ConsoleBench;
let hands: UploadHands | null = null;
let id: string;
let cookie: string;
let count = 0;

const BLOCK = 64 * 1024;
const soon = { timeout: 10_000, interval: 50 };
const content = randomBytes(5 * BLOCK + 1_234);
const sha256 = createHash('sha256').update(content).digest('hex');
const file = { name: 'drivers.iso', bytes: content.length, key: 'ab'.repeat(32) };

beforeAll(async () => {
  bench = await startConsoleBench({}, '127.0.0.1', { run: 'sh' });
});
afterAll(() => bench.close());

beforeEach(async () => {
  count += 1;
  id = `xe-up${count}`;
  await install(id);
  cookie = await bench.enter(id);
  await bench.redis.del('xepa:limit:console-action:U01ALICE');
});
afterEach(async () => {
  await hands?.rest();
  hands = null;
});

async function install(name: string): Promise<void> {
  mkdirSync(`${bench.dir}/${name}`);
  const record = await bench.install(name);
  await bench.store.update(name, () => ({
    record: { ...record, facts: { ...record.facts, ...mediaFacts(`${bench.dir}/${name}`, name) } },
    note: { type: 'facts-saved', actor: { via: 'system', id: 'test' }, detail: {} },
  }));
}

function post(what: string, body: unknown, as = cookie): Promise<Response> {
  return bench.ask(`/api/console/${id}/upload${what}`, { cookie: as, body });
}

async function standing(as = cookie): Promise<UploadStanding | null> {
  const response = await bench.ask(`/api/console/${id}/upload`, { cookie: as });
  return ((await response.json()) as UploadLook).upload;
}

/** A piece, by default at its own place in the file. */
function send(
  offset: number,
  piece: Buffer,
  given: { n?: number; as?: string; headers?: Record<string, string> } = {},
) {
  const { n = 1, as = cookie, headers = {} } = given;
  const ours = { 'Content-Type': 'application/octet-stream', 'X-Xepa': '1', Origin: bench.url, Cookie: as, ...headers };
  return fetch(`${bench.url}/api/console/${id}/upload/${n}/${offset}`, {
    method: 'POST',
    headers: ours,
    body: new Uint8Array(piece),
  });
}

/** What a browser sends before a piece that begins the file. */
function head(length: string): string {
  const lines = [
    `POST /api/console/${id}/upload/1/0 HTTP/1.1`,
    ...['Host: x', 'X-Xepa: 1', `Origin: ${bench.url}`, `Cookie: ${cookie}`],
    ...['Content-Type: application/octet-stream', length],
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** What came back of a request: its status and its words. */
async function said(response: Promise<Response>): Promise<unknown[]> {
  const { status, ...rest } = { status: (await response).status, body: await (await response).json() };
  return [status, rest.body];
}

/** Up to where the server takes pieces. */
async function begun(): Promise<void> {
  hands = startUploadHands(bench, id);
  expect((await post('', file)).status).toBe(200);
  await expect.poll(async () => (await standing())?.state, soon).toBe('receiving');
}

const growing = () => `${bench.dir}/${id}/${id}-other.iso.up1`;
const there = () => statSync(growing()).size;

describe('an upload', () => {
  it('goes piece by piece to its place, and is there once its digest is right', async () => {
    await begun();
    expect(await standing()).toMatchObject({ n: 1, at: 0, mine: true, key: file.key, bytes: content.length });
    expect(await said(send(0, content.subarray(0, 2 * BLOCK)))).toEqual([200, { at: 2 * BLOCK }]);
    expect(await said(post('/sent', { n: 1, sha256 }))).toMatchObject([409, { refused: 'upload-place' }]);
    expect(await said(send(2 * BLOCK, content.subarray(2 * BLOCK)))).toEqual([200, { at: content.length }]);
    expect((await post('/sent', { n: 1, sha256 })).status).toBe(200);
    expect((await post('/sent', { n: 1, sha256 })).status).toBe(200);
    await expect.poll(async () => (await standing())?.state, soon).toBe('ready');
    const { otherDisc } = (await bench.store.load(id)).facts;
    expect(otherDisc).toMatchObject({ state: 'ready', name: 'drivers.iso', sha256 });
    expect(readFileSync(otherDisc?.path ?? '')).toEqual(content);
    const events = await bench.store.events(id);
    const actor = { via: 'console', id: 'U01ALICE' };
    expect(events.find(({ detail }) => detail.action === 'upload')).toMatchObject({
      actor,
      detail: { disc: 'drivers.iso' },
    });
    expect(events.filter(({ type }) => type === 'console-upload-sent')).toMatchObject([{ actor, detail: { sha256 } }]);
    expect(await said(send(0, content.subarray(0, BLOCK)))).toMatchObject([409, { refused: 'upload-over' }]);
  });

  it('is not harmed by pieces that come twice, late or too early', async () => {
    await begun();
    expect(await said(send(2 * BLOCK, content.subarray(2 * BLOCK, 3 * BLOCK)))).toMatchObject([
      409,
      { refused: 'upload-place' },
    ]);
    expect(there()).toBe(0);
    for (const [from, to] of [
      [0, 2],
      [0, 2],
      [1, 3],
      [0, 1],
    ] as const) {
      expect((await send(from * BLOCK, content.subarray(from * BLOCK, to * BLOCK))).status).toBe(200);
    }
    expect(readFileSync(growing())).toEqual(content.subarray(0, 3 * BLOCK));
  });

  it('goes on where it was, through whichever process, with the same file and no other', async () => {
    await begun();
    await send(0, content.subarray(0, 2 * BLOCK));
    const other = await bench.replica();
    const headers = { 'Content-Type': 'application/octet-stream', 'X-Xepa': '1', Origin: bench.url, Cookie: cookie };
    const path = `/api/console/${id}/upload/1/${2 * BLOCK}`;
    const body = new Uint8Array(content.subarray(2 * BLOCK, 3 * BLOCK));
    expect(await said(fetch(other + path, { method: 'POST', headers, body }))).toEqual([200, { at: 3 * BLOCK }]);
    expect(await said(post('', file))).toEqual([200, { n: 1 }]);
    expect(await standing()).toMatchObject({ at: 3 * BLOCK });
    expect(await said(post('', { ...file, key: 'cd'.repeat(32) }))).toEqual([200, { n: 2 }]);
    await vi.waitFor(() => expect(existsSync(growing())).toBe(false), soon);
    expect(await said(send(3 * BLOCK, content.subarray(3 * BLOCK)))).toMatchObject([409, { refused: 'upload-over' }]);
  });

  it('keeps what came of a piece that was cut off, and takes the rest', async () => {
    await begun();
    const raw = openRaw(Number(new URL(bench.url).port));
    raw.socket.write(head(`Content-Length: ${content.length}`));
    raw.socket.write(content.subarray(0, 2 * BLOCK + 99));
    await expect.poll(there, soon).toBe(2 * BLOCK + 99);
    raw.socket.destroy();
    expect(await said(send(2 * BLOCK, content.subarray(2 * BLOCK)))).toEqual([200, { at: content.length }]);
    expect(readFileSync(growing())).toEqual(content);
  });

  it('is stopped by whose it is, and nothing of it stays', async () => {
    await begun();
    await send(0, content.subarray(0, BLOCK));
    expect(await said(post('/stop', { n: 2 }))).toMatchObject([409, { refused: 'upload-over' }]);
    expect((await post('/stop', { n: 1 })).status).toBe(200);
    await expect.poll(async () => (await standing())?.state, soon).toBe('failed');
    expect(existsSync(growing())).toBe(false);
    expect((await send(BLOCK, content.subarray(BLOCK, 2 * BLOCK))).status).toBe(409);
  });

  it('takes one connection to the device for all of its pieces', async () => {
    await begun();
    const before = bench.host.connections().total;
    for (let block = 0; block < 4; block += 1)
      await send(block * BLOCK, content.subarray(block * BLOCK, (block + 1) * BLOCK));
    expect(bench.host.connections().total - before).toBeLessThanOrEqual(1);
  });
});

describe('what is refused', () => {
  it('a file that does not fit into memory beside the VM, before anybody is asked', async () => {
    const [status, body] = await said(post('', { ...file, bytes: 2 ** 41 }));
    expect([status, body]).toMatchObject([
      409,
      { refused: 'no-room', message: expect.stringMatching(/2\.2 TB, but only .*GB/) },
    ]);
    expect((await bench.store.load(id)).discWish).toBeUndefined();
    const room = await bench.ask(`/api/console/${id}/upload/room`, { cookie });
    expect(await room.json()).toEqual({ roomBytes: expect.any(Number) });
  });

  it.each([
    ['no name', { name: ' \u202e/' }],
    ['no size', { bytes: 0 }],
    ['a size that is no number', { bytes: '9' }],
    ['a key that is none', { key: 'x' }],
  ])('a file with %s', async (_what, given) => {
    expect((await post('', { ...file, ...given })).status).toBe(400);
  });

  it('a path as a name: only its end is kept, without what nobody can see', async () => {
    await post('', { ...file, name: '../../etc/\u202epass\nwd.iso' });
    expect((await bench.store.load(id)).discWish?.typed).toBe('passwd.iso');
  });

  it('a second person, for as long as somebody uploads', async () => {
    await begun();
    const bob = await bench.enter(id, 'U02BOB');
    expect(await said(post('', file, bob))).toMatchObject([409, { refused: 'upload-busy' }]);
    const fetched = bench.ask(`/api/console/${id}/disc`, { cookie: bob, body: { iso: 'debian-13' } });
    expect(await said(fetched)).toMatchObject([409, { refused: 'upload-busy' }]);
    expect(await standing(bob)).toMatchObject({ mine: false, key: null, at: null });
    expect((await send(0, content.subarray(0, BLOCK), { as: bob })).status).toBe(409);
    expect((await post('/sent', { n: 1, sha256 }, bob)).status).toBe(409);
    expect((await post('/stop', { n: 1 }, bob)).status).toBe(409);
    expect(there()).toBe(0);
  });

  it('who only watches; the try is on the audit trail', async () => {
    await begun();
    const eve = await bench.enter(id, 'U03EVE', 'view');
    expect((await post('', file, eve)).status).toBe(403);
    expect((await send(0, content.subarray(0, BLOCK), { as: eve })).status).toBe(403);
    expect((await bench.store.events(id)).at(-1)).toMatchObject({
      type: 'refused',
      actor: { id: 'U03EVE' },
      detail: { what: 'console-upload' },
    });
    expect(there()).toBe(0);
  });

  it('an upload of another install, and whoever has no session', async () => {
    await begun();
    await install(`${id}-other`);
    const foreign = await bench.enter(`${id}-other`, 'U01ALICE');
    expect((await send(0, content.subarray(0, BLOCK), { as: foreign })).status).toBe(403);
    expect((await send(0, content.subarray(0, BLOCK), { as: '' })).status).toBe(401);
    expect(there()).toBe(0);
  });

  it.each<[string, number, number | string, Record<string, string>, number]>([
    ['beyond the end of the file', 5, BLOCK, {}, 413],
    ['larger than any of ours', 0, 8 * 1024 * 1024 + 1, {}, 413],
    ['that does not begin with a block', 0.5, 100, {}, 400],
    ['before the beginning', -1, 100, {}, 400],
    ['of another type', 0, 100, { 'Content-Type': 'text/plain' }, 400],
    ['of another site', 0, 100, { Origin: 'https://evil.example' }, 403],
    ['without our header', 0, 100, { 'X-Xepa': '0' }, 400],
  ])('a piece %s', async (_what, block, bytes, headers, status) => {
    await begun();
    const answer = await send(block * BLOCK, Buffer.alloc(Number(bytes)), { headers }).then(
      (response) => response.status,
      // It was shown out before it had sent all of it.
      () => 413,
    );
    expect(answer).toBe(status);
    expect(there()).toBe(0);
  });

  it('a piece without a length', async () => {
    await begun();
    const raw = openRaw(Number(new URL(bench.url).port));
    raw.socket.write(`${head('Transfer-Encoding: chunked')}5\r\nhello\r\n`);
    await raw.ended;
    expect(raw.heard()).toMatch(/^HTTP\/1\.1 411 /);
    expect(there()).toBe(0);
  });

  it('a piece on its way when the console is closed for everybody: it is cut', async () => {
    await begun();
    const raw = openRaw(Number(new URL(bench.url).port));
    raw.socket.write(head(`Content-Length: ${content.length}`));
    raw.socket.write(content.subarray(0, BLOCK));
    await expect.poll(there, soon).toBe(BLOCK);
    const bob = await bench.enter(id, 'U02BOB');
    expect((await bench.ask(`/api/console/${id}/end`, { cookie: bob, body: {} })).status).toBe(200);
    await bench.store.note(id, { type: 'test', actor: { via: 'system', id: 'test' }, detail: {} });
    await raw.ended;
    expect((await send(0, content.subarray(0, BLOCK))).status).toBe(403);
  });
});
