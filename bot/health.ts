import { createServer, type ServerResponse } from 'node:http';
import type { Redis } from 'ioredis';
import { listen, stopServer } from './http-server.ts';

/** Answers whether the bot can do its work: 200, or 503 with the part that is down. */
export function createHealth(deps: { redis: Redis; isSlackUp: () => boolean }): (response: ServerResponse) => void {
  return (response) => {
    const parts = { redis: deps.redis.status === 'ready', slack: deps.isSlackUp() };
    const ok = parts.redis && parts.slack;
    response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ ok, ...parts })}\n`);
  };
}

/** A server of its own for GET /healthz, since in socket mode there is no other one. */
export async function startHealthServer(
  health: (response: ServerResponse) => void,
  at: { host: string; port: number },
): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/healthz') return health(response);
    response.writeHead(404).end();
  });
  await listen(server, at);
  return { close: () => stopServer(server) };
}
