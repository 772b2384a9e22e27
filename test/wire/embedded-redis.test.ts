import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type EmbeddedRedis, startEmbeddedRedis } from '../../core/embedded-redis.ts';
import { connectRedis } from '../../core/redis.ts';

const path = process.env.PATH ?? '';
const moduleUrl = new URL('../../core/embedded-redis.ts', import.meta.url).href;
let dir: string;
let started: EmbeddedRedis[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'xepa-er-'));
  started = [];
});
afterEach(async () => {
  for (const redis of started) await redis.stop();
  await rm(dir, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedRedis> {
  const redis = await startEmbeddedRedis(dir, path);
  started.push(redis);
  return redis;
}

async function on<T>(url: string, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = await connectRedis(url, 'producer');
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}

const serverPid = (url: string) =>
  on(url, async (redis) => Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]));

/** A process that has ended may still be in the table until its parent asks. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Another process of ours that starts the server and says where; then it runs `afterwards`. */
function inAnotherProcess(afterwards: string) {
  const program = `
    const { startEmbeddedRedis } = await import(${JSON.stringify(moduleUrl)});
    const redis = await startEmbeddedRedis(${JSON.stringify(dir)}, process.env.PATH);
    process.stdout.write(redis.url + '\\n');
    ${afterwards}`;
  return ['--input-type=module', '-e', program];
}

it('keeps what was written over a stop and a new start, in files and a socket of this user alone', async () => {
  const first = await start();
  await on(first.url, (redis) => redis.set('k', 'v'));
  await first.stop();
  const second = await start();
  expect(await on(second.url, (redis) => redis.get('k'))).toBe('v');
  expect(await on(second.url, (redis) => redis.config('GET', 'port'))).toEqual(['port', '0']);
});

it('can be stopped twice, and stops although the server has died before', async () => {
  const redis = await start();
  process.kill(await serverPid(redis.url), 'SIGKILL');
  await Promise.all([redis.stop(), redis.stop()]);
  await redis.stop();
});

it('refuses a folder that a living process uses, names that process, and leaves its server alone', async () => {
  const first = await start();
  await expect(startEmbeddedRedis(dir, path)).rejects.toMatchObject({
    code: 'bad-config',
    userMessage: expect.stringMatching(new RegExp(`Another XEPA \\(process ${process.pid}\\) uses .*${dir}`)),
  });
  expect(await on(first.url, (redis) => redis.ping())).toBe('PONG');
});

it('ends the server of a process that was killed before it starts its own, and keeps the data', async () => {
  const other = spawn(process.execPath, inAnotherProcess('setInterval(() => {}, 1000);'), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(other.stdout, 'data');
  const url = String(line).trim();
  await on(url, (redis) => redis.set('written', 'before the kill'));
  const orphan = await serverPid(url);
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(isRunning(orphan)).toBe(true);

  const redis = await start();
  expect(await serverPid(redis.url)).not.toBe(orphan);
  await vi.waitFor(() => expect(isRunning(orphan)).toBe(false));
  expect(await on(redis.url, (client) => client.get('written'))).toBe('before the kill');
});

it('takes a folder over whose owner and server are both gone without a word', async () => {
  const other = spawn(process.execPath, inAnotherProcess('setInterval(() => {}, 1000);'), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(other.stdout, 'data');
  process.kill(await serverPid(String(line).trim()), 'SIGKILL');
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(existsSync(join(dir, 'redis.sock'))).toBe(true);
  const redis = await start();
  expect(await on(redis.url, (client) => client.ping())).toBe('PONG');
});

it('does not keep its process from ending', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    inAnotherProcess("process.once('exit', () => void redis.stop());"),
    { timeout: 15_000 },
  );
  const url = stdout.trim();
  await vi.waitFor(() => expect(existsSync(url.slice('unix://'.length))).toBe(false));
});

it('says what is wrong with a folder whose path is too long for a socket', async () => {
  const deep = join(dir, 'x'.repeat(100));
  await expect(startEmbeddedRedis(deep, path)).rejects.toMatchObject({
    userMessage: expect.stringContaining('path is too long'),
  });
});
