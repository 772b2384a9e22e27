import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { createGeneralTrail } from '../../core/general-trail.ts';
import { createInstallStore } from '../../core/install-store.ts';
import { connectRedis } from '../../core/redis.ts';
import { alice, anInstall } from '../support/an-install.ts';
import { freePort } from '../support/free-port.ts';
import { startPrivateRedis } from '../support/private-redis.ts';
import { startYesApi } from '../support/yes-api.ts';

interface Ended {
  code: number | null;
  out: string;
}

const children: ChildProcess[] = [];

/** Starts `xepa …` as a person would, with these variables and no others. */
function xepa(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['bin/xepa.ts', ...args], { env: { PATH: process.env.PATH, ...env } });
  children.push(child);
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (out += String(part)));
  const ended: Promise<Ended> = once(child, 'close').then(([code]) => ({ code, out }));
  return { child, ended, output: () => out };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('the command line', () => {
  test('explains itself', async () => {
    const { code, out } = await xepa(['help']).ended;
    expect(code).toBe(0);
    for (const verb of ['all', 'bot', 'worker', 'web-console', 'audit', 'doctor'])
      expect(out).toContain(`\n  ${verb} `);
  });

  test.each([
    [['frobnicate'], 'I do not know `xepa frobnicate`'],
    [['bot', 'now'], 'I do not know `xepa bot now`'],
    [['audit'], 'needs one install, or `--all`'],
    [['audit', '--verify', 'xe-1', '--all'], 'needs one install, or `--all`'],
    [['audit', '--prove'], "Unknown option '--prove'"],
  ])('refuses %j with a sentence and exit code 1', async (args, sentence) => {
    const { code, out } = await xepa(args).ended;
    expect(code).toBe(1);
    expect(out).toContain(sentence);
    expect(out).not.toMatch(/^\s+at /m);
  });

  test('lists what every process lacks before anything starts', async () => {
    const { code, out } = await xepa(['all'], { XEPA_CONSOLE_PORT: 'eighty' }).ended;
    expect(code).toBe(1);
    for (const name of ['XEPA_SECRET', 'SLACK_BOT_TOKEN', 'XEPA_PUBLIC_URL', 'XEPA_CONSOLE_PORT']) {
      expect(out).toContain(`  ${name}: `);
    }
    expect(out).not.toMatch(/^\s+at /m);
  });
});

describe('xepa audit --verify', () => {
  let server: EmbeddedRedis;
  let redis: Redis;

  beforeAll(async () => {
    server = await startPrivateRedis();
    redis = await connectRedis(server.url, 'producer');
    const store = createInstallStore({ redis, clock: systemClock, onWrite: async () => undefined });
    for (const id of ['xe-whole2', 'xe-forged']) {
      await store.create(anInstall({ id }), { type: 'requested', actor: alice, detail: {} });
      await store.note(id, { type: 'refused', actor: alice, detail: { why: 'own request' } });
    }
    await createGeneralTrail({ redis, clock: systemClock }).note({ type: 'refused', actor: alice, detail: {} });
    const [, second] = await redis.xrange('xepa:{xe-forged}:events', '-', '+');
    await redis.xdel('xepa:{xe-forged}:events', second?.[0] ?? '');
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  test('says that a trail nobody touched is whole', async () => {
    const ended = await xepa(['audit', '--verify', 'xe-whole2'], { REDIS_URL: server.url }).ended;
    expect(ended).toEqual({ code: 0, out: 'xe-whole2: whole, 2 events\n' });
  });

  test('names the trail that was tampered with among all, with exit code 1', async () => {
    const { code, out } = await xepa(['audit', '--verify', '--all'], { REDIS_URL: server.url }).ended;
    expect(code).toBe(1);
    expect(out).toContain('xe-whole2: whole, 2 events\n');
    expect(out).toContain('xe-forged: BROKEN, the end is missing: 2 events were written\n');
    expect(out).toContain('general trail: whole, 1 events\n');
    expect(out).toContain('2 installs, 1 broken\n');
  });

  test('exports what concerns no install along with all, and not with one', async () => {
    const exported = async (of: string) =>
      (await xepa(['audit', '--export', 'jsonl', of], { REDIS_URL: server.url }).ended).out.split('\n');
    expect([
      (await exported('--all')).filter(Boolean).length,
      (await exported('xe-whole2')).filter(Boolean).length,
    ]).toEqual([
      (await redis.xlen('xepa:{trail}:events')) +
        (await redis.xlen('xepa:{xe-whole2}:events')) +
        (await redis.xlen('xepa:{xe-forged}:events')),
      2,
    ]);
  });

  test('names a general trail that was tampered with, also when every install is whole', async () => {
    const [key, only] = ['xepa:{trail}:events', (await redis.xrange('xepa:{trail}:events', '-', '+'))[0]];
    await redis.xdel(key, only?.[0] ?? '');
    const { code, out } = await xepa(['audit', '--verify', '--all'], { REDIS_URL: server.url }).ended;
    expect([code, out.includes('general trail: BROKEN, the end is missing: 1 events were written\n')]).toEqual([
      1,
      true,
    ]);
  });

  test('says that there is no such install', async () => {
    const ended = await xepa(['audit', '--verify', 'xe-nobody'], { REDIS_URL: server.url }).ended;
    expect(ended).toEqual({ code: 1, out: 'There is no install `xe-nobody`.\n' });
  });
});

describe('xepa worker', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('becomes healthy, and ends well on %s, however often', async (signal) => {
    const server = await startPrivateRedis();
    const port = String(await freePort());
    const worker = xepa(['worker'], { ...workerSettings(port), REDIS_URL: server.url });
    try {
      await untilHealthy(port, worker.output);
      worker.child.kill(signal);
      worker.child.kill(signal);
      const { code, out } = await worker.ended;
      expect(code, out).toBe(0);
    } finally {
      worker.child.kill('SIGKILL');
      await server.stop();
    }
  });

  test('prints one sentence and no stack when Redis is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xepa-none-'));
    const url = `unix://${folder}/none.sock`;
    const { code, out } = await xepa(['worker'], { ...workerSettings('0'), REDIS_URL: url }).ended;
    await rm(folder, { recursive: true });
    expect(code).toBe(1);
    expect(out).toContain(`Redis at ${url} does not answer`);
    expect(out).not.toMatch(/^\s+at /m);
  });
});

describe('xepa all', () => {
  test('runs three processes over a Redis of its own, and takes that along when it ends', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xepa-all-'));
    const api = await startYesApi();
    const built = spawn(process.execPath, ['bin/build-page.ts', join(folder, 'page')], { stdio: 'ignore' });
    await once(built, 'exit');
    const ports = { bot: await freePort(), worker: await freePort(), console: await freePort() };
    const all = xepa(['all'], {
      ...workerSettings(String(ports.worker)),
      XEPA_DATA_DIR: join(folder, 'data'),
      XEPA_PAGE_DIR: join(folder, 'page'),
      XEPA_PUBLIC_URL: `http://127.0.0.1:${ports.console}`,
      XEPA_CONSOLE_PORT: String(ports.console),
      XEPA_SLACK_MODE: 'http',
      XEPA_BOT_PORT: '0',
      XEPA_BOT_HEALTH_PORT: String(ports.bot),
      SLACK_BOT_TOKEN: 'xoxb-test',
      SLACK_SIGNING_SECRET: 'signing-secret-of-the-test',
      SLACK_API_URL: `${api.url}/api`,
    });
    try {
      for (const port of Object.values(ports)) await untilHealthy(String(port), all.output);
      expect(await readdir(join(folder, 'data'))).toContain('redis.sock');
      const audited = await xepa(['audit', '--verify', '--all'], { XEPA_DATA_DIR: join(folder, 'data') }).ended;
      expect(audited).toEqual({ code: 0, out: 'general trail: whole, 0 events\n0 installs, 0 broken\n' });
      all.child.kill('SIGTERM');
      const { code, out } = await all.ended;
      expect(code, out).toBe(0);
      // Redis removes its socket when it ends well.
      expect(await readdir(join(folder, 'data'))).not.toContain('redis.sock');
    } finally {
      // Not by force: it takes its Redis along.
      all.child.kill('SIGTERM');
      await all.ended;
      api.stop();
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);
});

function workerSettings(healthPort: string): Record<string, string> {
  return {
    XEPA_SECRET: 'a secret that only this test knows about',
    XEPA_BIND: '127.0.0.1',
    XEPA_WORKER_HEALTH_PORT: healthPort,
    EQUINIX_METAL_TOKEN: 'test',
    EQUINIX_METAL_PROJECT: 'test',
    EQUINIX_METAL_URL: 'http://127.0.0.1:9',
  };
}

async function untilHealthy(port: string, output: () => string): Promise<void> {
  await vi.waitFor(
    async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
      expect(answer?.status, output()).toBe(200);
    },
    { timeout: 15_000, interval: 100 },
  );
}
