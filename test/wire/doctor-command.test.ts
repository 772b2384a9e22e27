import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import manifest from '../../bot/manifest.json' with { type: 'json' };
import { systemClock } from '../../core/clock.ts';
import { partNames } from '../../core/doctor/check.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { createInstallStore } from '../../core/install-store.ts';
import { createInventoryStore } from '../../core/inventory-store.ts';
import { connectRedis } from '../../core/redis.ts';
import { type FakeSlackApi, startFakeSlackApi } from '../fakes/fake-slack-api.ts';
import { aSurvey } from '../support/a-survey.ts';
import { alice, anInstall } from '../support/an-install.ts';
import { freePort } from '../support/free-port.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

const Report = z.object({
  ok: z.boolean(),
  lines: z.array(
    z.object({ part: z.string(), name: z.string(), state: z.string(), says: z.string(), todo: z.string().optional() }),
  ),
});
type Report = z.infer<typeof Report>;

/** Runs `xepa doctor …` as a person would, with these variables and no others. */
async function doctor(args: readonly string[], env: Record<string, string> = {}) {
  const argv = ['bin/xepa.ts', 'doctor', ...args];
  const child = spawn(process.execPath, argv, { env: { PATH: process.env.PATH, ...env } });
  const said = { out: '', err: '' };
  child.stdout.on('data', (part) => (said.out += String(part)));
  child.stderr.on('data', (part) => (said.err += String(part)));
  const [code] = await once(child, 'close');
  return { code, ...said };
}

const report = async (args: readonly string[], env: Record<string, string>): Promise<Report & { code: number }> => {
  const { code, out } = await doctor(['--json', ...args], env);
  return { code, ...Report.parse(JSON.parse(out)) };
};

const lineOf = ({ lines }: Report, name: string) => lines.find((line) => `${line.part} ${line.name}` === name);

/** The web console, a mirror and a provider, as far as a doctor asks them. */
function outsideAnswer(url: string, headers: IncomingHttpHeaders): { status: number; body: string; length?: number } {
  if (url === '/server') return robotAnswer(headers.authorization);
  if (url === '/healthz') return { status: 200, body: '{"ok":true}' };
  if (url === '/debian.iso') return { status: 200, body: '', length: 650_000_000 };
  if (!url.startsWith('/metal/')) return { status: 404, body: '' };
  if (headers['x-auth-token'] !== secrets.EQUINIX_METAL_TOKEN)
    return { status: 401, body: '{"errors":["no such token"]}' };
  return { status: 200, body: '{"devices":[],"meta":{"current_page":1,"last_page":1}}' };
}

function robotAnswer(authorization: string | undefined): { status: number; body: string } {
  const known = `Basic ${Buffer.from(`#ws+xepa:${secrets.HETZNER_ROBOT_PASSWORD}`).toString('base64')}`;
  if (authorization !== known)
    return { status: 401, body: '{"error":{"status":401,"code":"UNAUTHORIZED","message":"Unauthorized"}}' };
  return { status: 200, body: '[{"server":{"server_number":1,"server_name":"a","status":"ready"}}]' };
}

const secrets = {
  XEPA_SECRET: 'Kq9!vT2#mZ7$wX4%rB8&nL1*pD6^sF3@',
  SLACK_BOT_TOKEN: 'xoxb-very-private-one',
  SLACK_APP_TOKEN: 'xapp-very-private-two',
  EQUINIX_METAL_TOKEN: 'metal-very-private-three',
  HETZNER_ROBOT_PASSWORD: 'robot-very-private-four',
};

describe('without any setting', () => {
  test('everything that cannot be looked at is skipped with the reason, and nothing fails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xepa-doctor-'));
    const { code, out } = await doctor([], { XEPA_DATA_DIR: folder });
    await rm(folder, { recursive: true });
    expect(code, out).toBe(0);
    for (const part of partNames) expect(out).toContain(`${part}\n  `);
    expect(out).toContain('skip  reachable: the private Redis runs only while `npm start` does');
    expect(out).toContain('skip  settings: `SLACK_BOT_TOKEN` is required');
    expect(out).toMatch(/\d+ ok, 0 to look at, 0 failed, \d+ skipped\n$/);
  });

  test.each([
    [['--only', 'redis,weather'], 'There is no part `weather`'],
    [['--only', ','], 'needs at least one part'],
    [['--loud'], "Unknown option '--loud'"],
    [['now'], 'now'],
  ])('%j is bad usage', async (args, sentence) => {
    const { code, out, err } = await doctor(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(sentence);
    expect(err).toContain('usage: xepa doctor');
  });
});

describe('with everything set', () => {
  let redis: EmbeddedRedis;
  let slack: FakeSlackApi;
  let web: ReturnType<typeof createServer>;
  let origin: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    redis = await startPrivateRedis();
    slack = await startFakeSlackApi({
      bots: { [secrets.SLACK_BOT_TOKEN]: manifest.oauth_config.scopes.bot },
      apps: [secrets.SLACK_APP_TOKEN],
    });
    web = createServer((request, response) => {
      const { status, body, length } = outsideAnswer(request.url ?? '', request.headers);
      response.writeHead(status, length === undefined ? {} : { 'Content-Length': length }).end(body);
    });
    await once(web.listen(0, '127.0.0.1'), 'listening');
    origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
    const connection = await connectRedis(redis.url, 'producer');
    const store = createInstallStore({ redis: connection, clock: systemClock, onWrite: async () => undefined });
    const facts = { survey: aSurvey(), prepare: { added: ['qemu-system-x86_64'], kvm: true, ovmf: null } };
    await store.create(anInstall({ facts }), { type: 'requested', actor: alice, detail: {} });
    const devices = [{ provider: 'lab', id: 'd-1', name: 'web-07', tags: [] }];
    await createInventoryStore(connection).write({ at: Date.now(), devices, problems: [] });
    connection.disconnect();
    env = {
      ...secrets,
      REDIS_URL: redis.url,
      SLACK_API_URL: slack.apiUrl,
      XEPA_PUBLIC_URL: origin,
      EQUINIX_METAL_PROJECT: 'project',
      EQUINIX_METAL_URL: `${origin}/metal/v1`,
      HETZNER_ROBOT_USER: '#ws+xepa',
      HETZNER_ROBOT_URL: origin,
      XEPA_ISOS: JSON.stringify({
        debian: { url: `${origin}/debian.iso`, sha256: 'ab'.repeat(32) },
        gone: { url: `${origin}/gone.iso` },
      }),
    };
  });
  afterAll(async () => {
    web.closeAllConnections();
    web.close();
    slack.stop();
    await redis.stop();
  });

  test('each part is looked at, and what is gone fails', async () => {
    const found = await report([], env);
    expect(found.lines.filter((line) => line.state === 'fail')).toEqual([
      expect.objectContaining({ part: 'isos', name: 'gone', says: 'its address answers 404' }),
    ]);
    expect([found.code, found.ok]).toEqual([1, false]);
    expect(lineOf(found, 'redis version')).toMatchObject({ state: 'ok', says: expect.stringMatching(/Redis|Valkey/) });
    expect(lineOf(found, 'redis persistence')?.says).toContain('append-only file');
    expect(lineOf(found, 'slack scopes')?.state).toBe('ok');
    expect(lineOf(found, 'worker devices')?.says).toBe('lab 1');
    expect(lineOf(found, 'providers equinix-metal')?.says).toContain('has no device');
    expect(lineOf(found, 'providers hetzner-robot')?.says).toBe('Hetzner knows 1 device');
    expect(lineOf(found, 'console public address')?.state).toBe('ok');
    expect(lineOf(found, 'isos debian')?.says).toBe('is there, 650 MB, with a digest');
    expect(lineOf(found, 'rescue tools')?.says).toContain('lacked qemu-system-x86_64');
  });

  test('`--only` asks nobody else', async () => {
    const before = slack.calls.length;
    const found = await report(['--only', 'redis, worker'], env);
    expect(found.code).toBe(0);
    expect(new Set(found.lines.map((line) => line.part))).toEqual(new Set(['redis', 'worker']));
    expect(slack.calls).toHaveLength(before);
  });

  test('a Redis that throws keys away is named, with the command that ends it', async () => {
    const connection = await connectRedis(redis.url, 'producer');
    await connection.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await connection.config('SET', 'appendonly', 'no');
    try {
      const { code, out } = await doctor(['--only', 'redis'], env);
      expect(code).toBe(1);
      expect(out).toContain('FAIL  eviction: `maxmemory-policy` is `allkeys-lru`');
      expect(out).toContain('FAIL  persistence: nothing is written to disk');
      expect(out).toContain('→ Run `redis-cli CONFIG SET maxmemory-policy noeviction`');
    } finally {
      await connection.config('SET', 'maxmemory-policy', 'noeviction');
      await connection.config('SET', 'appendonly', 'yes');
      connection.disconnect();
    }
  });

  test('what is wrong fails and what is missing is skipped', async () => {
    const found = await report(['--only', 'settings,slack,console'], {
      ...secrets,
      XEPA_PUBLIC_URL: 'ftp://x',
      XEPA_SLACK_MODE: 'http',
      EQUINIX_METAL_PROJECT: 'p',
    });
    expect(lineOf(found, 'console settings')).toMatchObject({
      state: 'fail',
      says: expect.stringContaining('XEPA_PUBLIC_URL'),
    });
    expect(lineOf(found, 'slack settings')).toMatchObject({
      state: 'skipped',
      says: expect.stringContaining('SLACK_SIGNING_SECRET'),
    });
    expect(lineOf(found, 'settings bot')?.state).toBe('fail');
    expect(lineOf(found, 'settings worker')?.state).toBe('ok');
  });

  test.each([
    ['equinix-metal', { EQUINIX_METAL_TOKEN: 'metal-expired-token' }],
    ['hetzner-robot', { HETZNER_ROBOT_PASSWORD: 'robot-old-password' }],
  ])('%s, which refuses its credentials, is told in its own words', async (id, changed) => {
    const found = await report(['--only', 'providers'], { ...env, ...changed });
    const refused = { state: 'fail', says: expect.stringContaining('refuses') };
    expect(lineOf(found, `providers ${id}`)).toMatchObject(refused);
    expect(found.lines.filter((line) => line.state === 'fail')).toHaveLength(1);
  });

  test('each account is asked, and the one whose credentials are refused is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xepa-accounts-'));
    const file = join(folder, 'accounts.json');
    const account = (name: string, variable: string) => ({
      ...{ name, provider: 'hetzner-robot' },
      settings: {
        ...{ HETZNER_ROBOT_USER: '#ws+xepa', HETZNER_ROBOT_URL: origin },
        HETZNER_ROBOT_PASSWORD: { env: variable },
      },
    });
    const accounts = [account('berlin', 'BERLIN_PASSWORD'), account('paris', 'PARIS_PASSWORD')];
    await writeFile(file, JSON.stringify({ accounts }));
    const alone = {
      ...{ XEPA_SECRET: secrets.XEPA_SECRET, XEPA_PROVIDER_ACCOUNTS: file },
      ...{ BERLIN_PASSWORD: secrets.HETZNER_ROBOT_PASSWORD, PARIS_PASSWORD: 'paris-very-old' },
    };
    const found = await report(['--only', 'providers'], alone);
    const { PARIS_PASSWORD: _, ...without } = alone;
    const unread = await report(['--only', 'providers'], without);
    await rm(folder, { recursive: true });
    expect(found.lines).toMatchObject([
      { name: 'hetzner-robot:berlin', state: 'ok', says: 'Hetzner (berlin) knows 1 device' },
      {
        name: 'hetzner-robot:paris',
        state: 'fail',
        says: expect.stringMatching(/^In the account `paris`: Hetzner ref/),
      },
    ]);
    expect(unread.lines).toMatchObject([{ state: 'fail', says: expect.stringContaining('account `paris`') }]);
    expect(JSON.stringify([found, unread])).not.toContain('very-old');
  });

  test('a policy file that is none is named, with the line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xepa-policy-'));
    const file = join(folder, 'policy.yaml');
    const looked = async (text: string) => {
      await writeFile(file, text);
      return (await report(['--only', 'policy'], { XEPA_POLICY_FILE: file })).lines[0];
    };
    const [broken, wrong, good] = [
      await looked('roles: [unclosed'),
      await looked('version: 1\nroles: { viewer: { everyone: true } }\nrules: nope'),
      await looked('version: 1\nroles: { viewer: { everyone: true } }'),
    ];
    const missing = (await report(['--only', 'policy'], { XEPA_POLICY_FILE: `${file}.gone` })).lines[0];
    await rm(folder, { recursive: true });
    expect([broken, wrong, good, missing].map((line) => line?.state)).toEqual(['fail', 'fail', 'ok', 'fail']);
    expect(wrong?.says).toContain('policy.yaml:3:');
  });

  test('no secret is printed, whatever fails', async () => {
    const port = await freePort();
    const broken = {
      ...env,
      REDIS_URL: `redis://xepa:p4ss-w0rd@127.0.0.1:${port}`,
      SLACK_API_URL: `http://127.0.0.1:${port}/${secrets.SLACK_BOT_TOKEN}`,
      EQUINIX_METAL_URL: `http://127.0.0.1:${port}/metal`,
      HETZNER_ROBOT_URL: `http://127.0.0.1:${port}`,
    };
    for (const args of [[], ['--json']]) {
      const { code, out, err } = await doctor(args, broken);
      expect(code).toBe(1);
      expect(out).toContain('does not answer');
      for (const secret of [...Object.values(secrets), 'p4ss-w0rd']) expect(out + err).not.toContain(secret);
    }
  });
});
