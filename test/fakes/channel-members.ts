import { createServer, type IncomingMessage } from 'node:http';
import { listen } from '../../bot/http-server.ts';

/** In front of the Slack look-alike, which whispers to anybody: refuses as Slack does where somebody is not in the channel. */
export interface ChannelMembers {
  /** What SLACK_API_URL must be. */
  apiUrl: string;
  close(): Promise<void>;
}

/** @param options `away` are the Slack user ids of people who are in no channel */
export async function startChannelMembers(options: {
  apiUrl: string;
  port: number;
  away: readonly string[];
}): Promise<ChannelMembers> {
  const server = createServer(async (request, response) => {
    const method = (request.url ?? '').replace(/^\/api\//, '');
    const body = await bodyOf(request);
    const isAway = options.away.includes(new URLSearchParams(body).get('user') ?? '');
    const answer =
      method === 'chat.postEphemeral' && isAway
        ? JSON.stringify({ ok: false, error: 'user_not_in_channel' })
        : await relay(`${options.apiUrl}/${method}`, request, body);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(answer);
  });
  await listen(server, { host: '127.0.0.1', port: options.port });
  return {
    apiUrl: `http://127.0.0.1:${options.port}/api`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function relay(url: string, { headers }: IncomingMessage, body: string): Promise<string> {
  const { authorization = '', 'content-type': type = '' } = headers;
  const answer = await fetch(url, { method: 'POST', headers: { authorization, 'content-type': type }, body });
  return answer.text();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}
