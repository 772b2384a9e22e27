import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Disturbances } from './disturbances.ts';
import { signatureOf } from './rewrite.ts';

/** Takes a signed request of the look-alike to the bot, under a signature that fits what we changed in it. */
export async function relaySigned(
  deps: {
    eventsUrl: string;
    signingSecret: string;
    disturbances: Disturbances;
    rewrite(form: string): string;
    /** Told of each delivery that went to the bot, with the status that it answered. */
    onDelivery(status: number): void;
  },
  exchange: { request: IncomingMessage; response: ServerResponse; body: string },
): Promise<void> {
  const { request, response } = exchange;
  const body = deps.rewrite(exchange.body);
  const timestamp = String(request.headers['x-slack-request-timestamp']);
  const headers = {
    'content-type': request.headers['content-type'] ?? 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signatureOf(deps.signingSecret, timestamp, body),
  };
  const answer = await deps.disturbances.pass(async () => {
    const { status, text } = await post(deps.eventsUrl, { headers, body });
    deps.onDelivery(status);
    return { status, text };
  });
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text);
}

async function post(url: string, message: { headers: Record<string, string>; body: string }) {
  const answer = await fetch(url, { method: 'POST', ...message });
  return { status: answer.status, text: await answer.text() };
}
