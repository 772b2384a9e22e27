import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConsoleBench, secret } from './console-bench.ts';
import { freePort } from './free-port.ts';
import { type ProductProcess, startProduct } from './product.ts';

/** A console in a process of its own, as an operator runs it: what it costs can be measured, and it can be killed. */
export interface ConsoleProcess extends ProductProcess {
  port: number;
  /** Its own address; browsers may know it by another one. */
  at: string;
  /** Resident memory in MiB. */
  memory(): number;
  /** Open sockets, files and pipes. */
  handles(): number;
}

let started = 0;

/** Starts one on the bench's Redis, page and devices. */
export async function startConsoleProcess(
  bench: ConsoleBench,
  options: { publicUrl?: string; port?: number; env?: Record<string, string> } = {},
): Promise<ConsoleProcess> {
  const port = options.port ?? (await freePort());
  const at = `http://127.0.0.1:${port}`;
  started += 1;
  const env = {
    REDIS_URL: bench.redisUrl,
    XEPA_SECRET: secret,
    XEPA_PUBLIC_URL: options.publicUrl ?? at,
    XEPA_CONSOLE_PORT: String(port),
    XEPA_BIND: '127.0.0.1',
    XEPA_PAGE_DIR: join(bench.dir, 'page'),
    ...options.env,
  };
  const as = `console-${started}`;
  const running = await startProduct({ name: 'web-console', as, env, healthUrl: `${at}/healthz`, folder: bench.dir });
  return {
    ...running,
    ...{ port, at },
    memory: () => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${running.pid}/status`, 'utf8'))?.[1]) / 1024,
    handles: () => readdirSync(`/proc/${running.pid}/fd`).length,
  };
}
