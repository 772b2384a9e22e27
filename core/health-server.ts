import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Names of the parts that must work, each with a question that resolves or throws. */
export type HealthChecks = Record<string, () => Promise<unknown>>;

/** Answers for a whole process: every part with "ok" or "down". */
export async function askHealth(checks: HealthChecks): Promise<{ healthy: boolean; parts: Record<string, string> }> {
  const parts: Record<string, string> = {};
  for (const [name, check] of Object.entries(checks)) {
    parts[name] = await check().then(
      () => 'ok',
      () => 'down',
    );
  }
  return { healthy: Object.values(parts).every((state) => state === 'ok'), parts };
}

/** Serves GET /healthz: 200 while every part works, else 503; the body says which. Port 0 takes a free one. */
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
    void askHealth(options.checks).then(({ healthy, parts }) => {
      response.writeHead(healthy ? 200 : 503, { 'Content-Type': 'application/json' }).end(JSON.stringify(parts));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
