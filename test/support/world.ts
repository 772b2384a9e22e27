import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmbeddedRedis } from '../../core/embedded-redis.ts';
import { createLogger } from '../../core/log.ts';
import { createSealer } from '../../core/sealing.ts';
import { openSshShell } from '../../core/ssh/ssh-shell.ts';
import { openState, type State } from '../../core/state.ts';
import { createShellPool, type ShellPool } from '../../worker/shell-pool.ts';
import { type Lab, type LabOptions, startLab } from '../lab/lab.ts';
import { freePort } from './free-port.ts';
import { type LocalSlack, startLocalSlack } from './local-slack.ts';
import { type ProductProcess, startProduct } from './product.ts';

/** The whole scene: a metal cloud, a Slack look-alike, and the product between them. */
export interface World {
  lab: Lab;
  slack: LocalSlack;
  /** Where browsers reach the console. */
  consoleUrl: string;
  /** The product's shared state, to look at. */
  state: State;
  /** A way into a device of an install, with the install's own key, to look at it from inside. */
  shells: ShellPool;
  folder: string;
  /** Starts one more process of the product, with settings of its own where they are given. */
  start(name: 'bot' | 'worker' | 'web-console', as: string, more?: Record<string, string>): Promise<ProductProcess>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  lab: LabOptions;
  /** `one`: everything in one process with its own Redis, as `npm start`; `none`: a test starts what it needs. */
  product: 'one' | 'none';
  slackPort?: number;
  consolePort?: number;
  env?: Record<string, string>;
  progress?: (line: string) => void;
}

/** Settings that only a machine inside an emulated machine needs; see the lab's notes on UEFI guests. */
export const nestedUefi = {
  XEPA_QEMU_MACHINE: 'kernel-irqchip=off',
  XEPA_QEMU_CPU: 'kvm-asyncpf-int=off,kvm-asyncpf=off,kvm-steal-time=off',
  XEPA_VM_MEMORY_MB: '512',
};

export async function startWorld(options: WorldOptions): Promise<World> {
  const progress = options.progress ?? (() => undefined);
  const closers: (() => Promise<unknown> | unknown)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'xepa-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    buildPage(folder);
    const lab = await startLab({ ...options.lab, progress });
    closers.push(() => lab.stop());
    const slackPort = options.slackPort ?? (await freePort());
    const slack = await startLocalSlack({ port: slackPort, mode: 'socket' });
    closers.push(() => slack.stop());

    const ports = {
      bot: await freePort(),
      worker: await freePort(),
      console: options.consolePort ?? (await freePort()),
    };
    const data = join(folder, 'data');
    await mkdir(data);
    const env = { ...settingsOf({ lab, slack, folder, data, ports }), ...options.env };
    const redis = options.product === 'none' ? await startEmbeddedRedis(data, process.env.PATH ?? '') : null;
    if (redis) closers.push(() => redis.stop());
    const redisUrl = `unix://${join(data, 'redis.sock')}`;
    const health = healthUrls(ports);

    const start: World['start'] = async (name, as, more = {}) => {
      const port = await freePort();
      const own = {
        ...env,
        ...more,
        REDIS_URL: redisUrl,
        ...(name === 'worker' ? { XEPA_WORKER_HEALTH_PORT: `${port}` } : {}),
      };
      const healthUrl = name === 'worker' ? `http://127.0.0.1:${port}/healthz` : health[name];
      const running = await startProduct({ name, as, env: own, healthUrl, folder });
      closers.push(() => running.stop());
      return running;
    };
    if (options.product === 'one') {
      const running = await startProduct({ name: 'all', env, healthUrl: health['web-console'], folder });
      closers.push(() => running.stop());
    }
    const quiet = createLogger('test', 'silent');
    const settings = { REDIS_URL: redisUrl, XEPA_SECRET: env.XEPA_SECRET ?? '', XEPA_LOG_LEVEL: 'silent' } as const;
    const state = await openState(settings, quiet);
    closers.push(() => state.close());
    const shells = createShellPool({ openShell: openSshShell, sealer: createSealer(state.keyring), idleMs: 30_000 });
    closers.push(() => shells.close());
    return { lab, slack, consoleUrl: `http://localhost:${ports.console}`, state, shells, folder, start, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Ports = { bot: number; worker: number; console: number };

function settingsOf(given: { lab: Lab; slack: LocalSlack; folder: string; data: string; ports: Ports }) {
  const { lab, slack, folder, data, ports } = given;
  const isos = Object.fromEntries(
    ['mini', 'mini-uefi', 'mini-ask', 'mini-stay'].map((name) => [name, { url: lab.isoUrl(`${name}.iso`) }]),
  );
  return {
    XEPA_SECRET: randomBytes(32).toString('hex'),
    XEPA_DATA_DIR: data,
    XEPA_BIND: '127.0.0.1',
    XEPA_PUBLIC_URL: `http://localhost:${ports.console}`,
    XEPA_CONSOLE_PORT: String(ports.console),
    XEPA_PAGE_DIR: join(folder, 'page'),
    XEPA_BOT_HEALTH_PORT: String(ports.bot),
    XEPA_WORKER_HEALTH_PORT: String(ports.worker),
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.tokens.bot,
    SLACK_APP_TOKEN: slack.tokens.app,
    EQUINIX_METAL_URL: lab.apiUrl,
    EQUINIX_METAL_TOKEN: lab.token,
    EQUINIX_METAL_PROJECT: lab.projectId,
    XEPA_RESCUE_SSH_PORT: String(lab.sshPort),
    XEPA_RESCUE_MINUTES: '4',
    XEPA_VERIFY_MINUTES: '4',
    XEPA_VERIFY_UEFI_MINUTES: '4',
    XEPA_VM_MEMORY_MB: '384',
    XEPA_VM_CPUS: '1',
    XEPA_ATTEND_POLL_SECONDS: '2',
    XEPA_POWER_DOWN_SECONDS: '5',
    XEPA_LOCK_SECONDS: '5',
    XEPA_INVENTORY_SECONDS: '5',
    XEPA_ISOS: JSON.stringify(isos),
    XEPA_ISO_ALLOW: new URL('/', lab.isoUrl('mini.iso')).href,
  } satisfies Record<string, string>;
}

function healthUrls(ports: Ports) {
  return {
    bot: `http://127.0.0.1:${ports.bot}/healthz`,
    'web-console': `http://127.0.0.1:${ports.console}/healthz`,
  };
}

function buildPage(folder: string): void {
  const root = resolve(import.meta.dirname, '../..');
  const argv = [join(root, 'bin/build-page.ts'), join(folder, 'page')];
  const built = spawnSync(process.execPath, argv, { cwd: root, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the console's page was not built: ${built.stderr}`);
}
