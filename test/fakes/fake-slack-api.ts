import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The part of Slack's Web API that a doctor asks: who a token is and what it may do, and where a socket would be. */
export interface FakeSlackApi {
  /** What SLACK_API_URL must be. */
  apiUrl: string;
  /** Methods that were called, in order. */
  calls: string[];
  stop(): void;
}

/**
 * As docs.slack.dev has it: a token in the Authorization header, its scopes in `x-oauth-scopes`, errors with status 200.
 * @param given `aheadMs`: how far its clock is ahead of ours
 */
export async function startFakeSlackApi(given: {
  bots: Readonly<Record<string, readonly string[]>>;
  apps: readonly string[];
  aheadMs?: number;
}): Promise<FakeSlackApi> {
  const calls: string[] = [];
  const answer = (method: string, token: string): { headers?: Record<string, string>; body: object } => {
    const scopes = given.bots[token];
    if (method === 'auth.test') {
      if (!scopes) return { body: { ok: false, error: 'invalid_auth' } };
      const body = { ok: true, team: 'Metal', team_id: 'T01', user: 'xepa', user_id: 'U01' };
      return { headers: { 'x-oauth-scopes': scopes.join(',') }, body };
    }
    if (method !== 'apps.connections.open') return { body: { ok: false, error: 'unknown_method' } };
    if (scopes) return { body: { ok: false, error: 'not_allowed_token_type' } };
    if (!given.apps.includes(token)) return { body: { ok: false, error: 'invalid_auth' } };
    return { body: { ok: true, url: 'wss://127.0.0.1:9/link?ticket=never-opened' } };
  };
  const server = createServer((request, response) => {
    request.resume();
    const method = (request.url ?? '').replace('/api/', '');
    calls.push(method);
    const { headers, body } = answer(method, tokenOf(request));
    response.setHeader('Date', new Date(Date.now() + (given.aheadMs ?? 0)).toUTCString());
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/api`,
    calls,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function tokenOf(request: IncomingMessage): string {
  return (request.headers.authorization ?? '').replace('Bearer ', '');
}
