import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ConsoleBench, startConsoleBench } from '../support/console-bench.ts';
import { type ConsoleProcess, startConsoleProcess } from '../support/console-process.ts';
import { openRaw, type RawSocket } from '../support/raw-socket.ts';
import { mediaFacts } from '../support/upload-hands.ts';

/** Browsers that send slowly, and a device that takes nothing. */
let bench: ConsoleBench;
let console: ConsoleProcess;
let binaries: string;

const MB = 1024 * 1024;
const PIECE = 8 * MB;
const UPLOADS = 16;

beforeAll(async () => {
  binaries = mkdtempSync(join(tmpdir(), 'xepa-dd-'));
  bench = await startConsoleBench({}, '127.0.0.1', { run: 'sh', binaries });
  console = await startConsoleProcess(bench, { publicUrl: bench.url });
}, 60_000);
afterAll(async () => {
  await console.stop();
  await bench.close();
  rmSync(binaries, { recursive: true });
});

/** An upload that is let in; answers with the head of a piece of that length. */
async function upload(id: string, length: number): Promise<string> {
  mkdirSync(`${bench.dir}/${id}`);
  const path = `${bench.dir}/${id}/${id}-other.iso`;
  writeFileSync(`${path}.up1`, '');
  const by = { via: 'console', id: `U-${id}` } as const;
  const wish = { n: 1, typed: 'a.iso', by, at: 1, verdict: 'accepted', upload: { bytes: PIECE, key: 'k' } } as const;
  const record = await bench.install(id, { discWish: wish });
  const otherDisc = { n: 1, state: 'fetching', name: 'a.iso', path, bytes: PIECE, sha256: '', why: '' } as const;
  await bench.store.update(id, () => ({
    record: { ...record, facts: { ...record.facts, ...mediaFacts(`${bench.dir}/${id}`, id), otherDisc } },
    note: { type: 'facts-saved', actor: { via: 'system', id: 'test' }, detail: {} },
  }));
  const lines = [
    `POST /api/console/${id}/upload/1/0 HTTP/1.1`,
    ...['Host: x', 'X-Xepa: 1', `Origin: ${bench.url}`, `Cookie: ${await bench.enter(id, by.id)}`],
    ...['Content-Type: application/octet-stream', `Content-Length: ${length}`],
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** How many of them have ended so far. */
function countEnded(all: RawSocket[]): () => number {
  let ended = 0;
  for (const raw of all) void raw.ended.then(() => (ended += 1));
  return () => ended;
}

it('shows out a browser that sends byte by byte; what came of its piece is kept', async () => {
  const head = await upload('xe-slow', PIECE);
  const raw = openRaw(console.port);
  raw.socket.write(head);
  const timer = setInterval(() => raw.socket.writable && raw.socket.write('a'), 500);
  await raw.ended;
  clearInterval(timer);
  expect(raw.heard()).toMatch(/^HTTP\/1\.1 408 /);
  expect(readFileSync(`${bench.dir}/xe-slow/xe-slow-other.iso.up1`, 'utf8')).toMatch(/^a{10,}$/);
}, 60_000);

it('holds next to nothing for a device that takes nothing, and gives up on it', async () => {
  writeFileSync(join(binaries, 'dd'), '#!/bin/sh\nexec sleep 60\n');
  chmodSync(join(binaries, 'dd'), 0o755);
  const heads = await Promise.all(Array.from({ length: UPLOADS }, (_, index) => upload(`xe-deaf${index}`, PIECE)));
  const before = console.memory();
  const lines = heads.map((head) => {
    const raw = openRaw(console.port);
    raw.socket.write(head);
    raw.socket.write(Buffer.alloc(PIECE));
    return raw;
  });
  await vi.waitFor(
    () => expect(bench.host.commands().filter((text) => text.includes('conv=notrunc')).length).toBeGreaterThan(UPLOADS),
    {
      timeout: 15_000,
    },
  );
  const ended = countEnded(lines);
  let most = 0;
  await vi.waitFor(
    () => {
      most = Math.max(most, console.memory() - before);
      expect(ended()).toBe(UPLOADS);
    },
    { timeout: 45_000, interval: 200 },
  );
  // All that was offered is 128 MB. A fresh process grows by itself, and each connection sends what its window takes (2 MB).
  expect(most).toBeLessThan(100);
  expect((await fetch(`${console.at}/healthz`)).status).toBe(200);
}, 90_000);
