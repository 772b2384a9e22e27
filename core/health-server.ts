import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Names of the parts that must work, each with a question that resolves or throws. */
export type HealthChecks = Record<string, () => Promise<unknown>>;

/** A part that says nothing for this long is down: whoever asks us has no more patience either. */
const CHECK_MS = 2_000;

/** Answers for a whole process: every part with "ok" or "down". */
export async function askHealth(
  checks: HealthChecks,
  limitMs = CHECK_MS,
): Promise<{ healthy: boolean; parts: Record<string, string> }> {
  const asked = Object.entries(checks).map(async ([name, check]) => [name, await stateOf(check, limitMs)] as const);
  const parts = Object.fromEntries(await Promise.all(asked));
  return { healthy: Object.values(parts).every((state) => state === 'ok'), parts };
}

async function stateOf(check: () => Promise<unknown>, limitMs: number): Promise<'ok' | 'down'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'down'>((resolve) => {
    timer = setTimeout(() => resolve('down'), limitMs);
  });
  try {
    return await Promise.race([check().then(() => 'ok' as const), late]);
  } catch {
    return 'down';
  } finally {
    clearTimeout(timer);
  }
}

/** Answers a request: 200 while every part works, else 503; the body says which one does not. */
export async function answerHealth(response: ServerResponse, checks: HealthChecks): Promise<void> {
  const { healthy, parts } = await askHealth(checks);
  response.writeHead(healthy ? 200 : 503, { 'Content-Type': 'application/json' }).end(JSON.stringify(parts));
}

/** Serves GET /healthz on a port of its own; 0 takes a free one. */
export async function startHealthServer(options: {
  port: number;
  host: string;
  checks: HealthChecks;
}): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/healthz') {
      response.writeHead(404).end();
      return;
    }
    void answerHealth(response, options.checks);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  return { port, close };
}
