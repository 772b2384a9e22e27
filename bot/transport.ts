import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HTTPReceiver, type Receiver, SocketModeReceiver, type webApi } from '@slack/bolt';
import type { Clock } from '../core/clock.ts';
import type { boltLogger } from './bolt-logger.ts';
import { listen, stopServer } from './http-server.ts';
import { type InstallFlow, installPaths } from './install-flow.ts';
import { isFromTheFuture } from './replay-guard.ts';

/** How deliveries come in. `start` resolves when they can; `isUp` tells whether they can right now. */
export interface Transport {
  receiver: Receiver;
  start(): Promise<void>;
  stop(): Promise<void>;
  isUp(): boolean;
}

interface Common {
  logger: ReturnType<typeof boltLogger>;
  clientOptions: webApi.WebClientOptions;
}

/** We call Slack by WebSocket: no public address is needed. */
export function socketTransport(options: Common & { appToken: string }): Transport {
  const receiver = new SocketModeReceiver({
    appToken: options.appToken,
    logger: options.logger,
    installerOptions: { clientOptions: options.clientOptions },
    customPropertiesExtractor: ({ envelope_id }: { envelope_id: string }) => ({ deliveryId: envelope_id }),
  });
  let up = false;
  receiver.client.on('connected', () => {
    up = true;
  });
  for (const state of ['reconnecting', 'disconnected']) {
    receiver.client.on(state, () => {
      up = false;
    });
  }
  return {
    receiver,
    start: async () => void (await receiver.start()),
    stop: () => receiver.stop(),
    isUp: () => up,
  };
}

export interface HttpOptions extends Common {
  signingSecret: string;
  host: string;
  port: number;
  clock: Clock;
  /** Lets workspaces install the app; null where the bot has one token of its own. */
  installing: InstallFlow | null;
  /** Answers /healthz on the same server. */
  onHealth: (response: ServerResponse) => void;
}

const EVENTS_PATH = '/slack/events';

/** Slack calls us with signed requests. Our own server, so that it listens where we say and refuses early. */
export function httpTransport(options: HttpOptions): Transport {
  const receiver = new HTTPReceiver({
    signingSecret: options.signingSecret,
    logger: options.logger,
    bodyLimit: '256kb',
    endpoints: EVENTS_PATH,
    ...options.installing,
    customPropertiesExtractor: (request) => ({ deliveryId: String(request.headers['x-slack-signature']) }),
  });
  const server: Server = createServer((request, response) => {
    const refusal = isInstalling(request, options) ? null : refuse(request, options.clock.now());
    if (request.method === 'GET' && pathOf(request) === '/healthz') return options.onHealth(response);
    if (refusal === null) return receiver.requestListener(request, response);
    response.writeHead(refusal).end();
  });
  server.requestTimeout = 10_000;
  return {
    receiver,
    start: () => listen(server, { host: options.host, port: options.port }),
    stop: () => stopServer(server),
    isUp: () => server.listening,
  };
}

function isInstalling(request: IncomingMessage, { installing }: HttpOptions): boolean {
  return installing !== null && request.method === 'GET' && installPaths.includes(pathOf(request));
}

/** The status with which a request is turned away before anything reads its body, or null. */
function refuse(request: IncomingMessage, now: number): number | null {
  if (request.method !== 'POST' || pathOf(request) !== EVENTS_PATH) return 404;
  const timestamp = request.headers['x-slack-request-timestamp'];
  return isFromTheFuture(typeof timestamp === 'string' ? timestamp : undefined, now) ? 401 : null;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}
