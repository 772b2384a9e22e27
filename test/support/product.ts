import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One process of the product, as an operator starts it. */
export interface ProductProcess {
  pid: number;
  /** What it has logged so far. */
  log(): string;
  /** SIGTERM and a little patience; SIGKILL at once when it is asked for. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const root = resolve(import.meta.dirname, '../..');
const STOP_MS = 15_000;

/**
 * Starts `xepa <name>` with exactly these settings and waits until its health check answers.
 * @throws when it ends before that, with the end of its log
 */
export async function startProduct(options: {
  name: 'all' | 'bot' | 'worker' | 'web-console';
  env: Record<string, string>;
  healthUrl: string;
  folder: string;
  /** Name of the log file, when several of a kind run. */
  as?: string;
}): Promise<ProductProcess> {
  const file = join(options.folder, `${options.as ?? options.name}.log`);
  const out = openSync(file, 'a');
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/tmp', ...options.env };
  const argv = [join(root, 'bin/xepa.ts'), options.name];
  const child = spawn(process.execPath, argv, { cwd: root, env, stdio: ['ignore', out, out] });
  closeSync(out);
  const log = () => readFileSync(file, 'utf8');
  try {
    await untilHealthy(child, options.healthUrl);
  } catch (cause) {
    child.kill('SIGKILL');
    throw new Error(`xepa ${options.name} did not start: ${log().slice(-2_000)}`, { cause });
  }
  return {
    pid: child.pid ?? 0,
    log,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function untilHealthy(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const healthy = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${url} did not answer in time`);
}
