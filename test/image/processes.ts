import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { imageName } from './build.ts';
import { podman, podmanArgs } from './engine.ts';
import type { Neighbours } from './neighbours.ts';

/** A process of the image, the settings it needs, and the one that says where its /healthz is. */
export interface ImageProcess {
  name: string;
  healthSetting: string;
  settings(around: Neighbours): Record<string, string>;
}

/** With the vfs driver a container begins by copying the whole image. */
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 15_000;

/** The three Deployments of the chart. */
export const processes: readonly ImageProcess[] = [
  {
    name: 'bot',
    healthSetting: 'XEPA_BOT_HEALTH_PORT',
    settings: ({ apiUrl }) => ({
      XEPA_SLACK_MODE: 'http',
      XEPA_BOT_PORT: '0',
      SLACK_BOT_TOKEN: 'xoxb-check',
      SLACK_SIGNING_SECRET: 'signing-secret-of-the-check',
      SLACK_API_URL: `${apiUrl}/api`,
      XEPA_PUBLIC_URL: 'https://xepa.example.com',
    }),
  },
  {
    name: 'worker',
    healthSetting: 'XEPA_WORKER_HEALTH_PORT',
    settings: ({ apiUrl }) => ({
      EQUINIX_METAL_TOKEN: 'check',
      EQUINIX_METAL_PROJECT: 'check',
      EQUINIX_METAL_URL: apiUrl,
    }),
  },
  {
    name: 'web-console',
    healthSetting: 'XEPA_CONSOLE_PORT',
    settings: () => ({ XEPA_PUBLIC_URL: 'https://xepa.example.com' }),
  },
];

/** Starts the process, waits until it is healthy, checks who it is, stops it. @throws Error with what it printed */
export async function runProcess(what: ImageProcess, around: Neighbours): Promise<void> {
  const port = await freePort();
  const name = `xepa-check-${what.name}-${process.pid}`;
  const env = {
    ...{ REDIS_URL: around.redisUrl, XEPA_SECRET: 'a secret that only this check knows about' },
    ...{ XEPA_BIND: '127.0.0.1', ...what.settings(around), [what.healthSetting]: String(port) },
  };
  const child = spawn('podman', podmanArgs(runArgs(name, what.name, env)), { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const output = collect(child);
  try {
    await untilHealthy(`http://127.0.0.1:${port}/healthz`, child);
    await checkIdentity(name);
    await podman(['kill', '--signal', 'TERM', name]);
    const [code] = await Promise.race([ended, sleep(STOP_LIMIT_MS, ['still running'])]);
    if (code !== 0) throw new Error(`after SIGTERM: exit code ${code}`);
  } catch (cause) {
    throw new Error(`${what.name} printed:\n${output()}`, { cause });
  } finally {
    if (child.exitCode === null) await podman(['rm', '--force', '--time', '0', name]);
  }
}

/** Locked down as the chart locks its pods down. */
function runArgs(name: string, process: string, env: Record<string, string>): string[] {
  return [
    ...['run', '--rm', '--name', name, '--network', 'host', '--pull', 'never'],
    ...['--read-only', '--read-only-tmpfs=false', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...['--ulimit', 'nofile=20000:20000', '--ulimit', 'nproc=1000:1000'],
    ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...[imageName, process],
  ];
}

function collect(child: ChildProcess): () => string {
  const parts: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => parts.push(part));
  return () => Buffer.concat(parts).toString().slice(-4_000);
}

async function untilHealthy(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  let last = 'no answer';
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    if (answer?.status === 200) return;
    if (answer) last = `${answer.status} ${await answer.text()}`;
    await sleep(200);
  }
  throw new Error(`not healthy after ${START_LIMIT_MS / 1000} s: ${last}`);
}

async function checkIdentity(name: string): Promise<void> {
  const script = `
    const fs = require('node:fs');
    const binding = require('/app/node_modules/ssh2/lib/protocol/crypto.js').bindingAvailable;
    let writable = true;
    try { fs.writeFileSync('/app/x', ''); } catch { writable = false; }
    console.log(JSON.stringify({ uid: process.getuid(), node: process.versions.node.split('.')[0], binding, writable }));`;
  const seen = await podman(['exec', name, 'node', '-e', script]);
  const expected = JSON.stringify({ uid: 1000, node: '24', binding: true, writable: false });
  if (seen !== expected) throw new Error(`inside it is ${seen}, not ${expected}`);
}
