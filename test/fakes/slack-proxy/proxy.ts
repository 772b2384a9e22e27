import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createDisturbances, type Disturbance } from './disturbances.ts';
import { type ActiveFault, createFaultBook, type FaultRule } from './fault-book.ts';
import { createResponseUrls } from './response-urls.ts';
import { createRewriter } from './rewrite.ts';
import { relaySigned } from './signed-relay.ts';
import { createSlackLimits, type Limiter } from './slack-limits.ts';
import { createSocketRelay } from './socket-relay.ts';
import { answerCall, type RecordedCall } from './web-api.ts';
import { createWorkspaceFacts, type WorkspaceFacts } from './workspace-facts.ts';

/**
 * Stands between the bot and the Slack look-alike, lets everything pass, and goes wrong on demand: over real HTTP
 * and WebSocket, for both transports. It also answers what the look-alike lacks, and is as strict as Slack.
 */
export interface SlackProxy extends Pick<WorkspaceFacts, 'setGroup' | 'setPerson' | 'setScopes'> {
  /** What SLACK_API_URL must be. */
  apiUrl: string;
  /** Where the look-alike must send its signed requests. */
  requestUrl: string;
  /** Calls meet a fault from now on. */
  fail(rule: FaultRule): ActiveFault;
  /** The next delivery to the bot is disturbed. */
  disturb(disturbance: Disturbance): void;
  /** Every call so far, also those that met a fault; of one method when it is named. */
  calls(method?: string): RecordedCall[];
  /** How many deliveries wait now for the one behind them. */
  held(): number;
  /** How many deliveries went to the bot, repetitions included. */
  deliveries(): number;
  /** Keeps Slack's own limits, or stops doing so. */
  keepLimits(on: boolean): void;
  /** As if each interaction had been answered five times already. */
  useUpResponseUrls(): void;
  /** Cuts the WebSockets. */
  cutSockets(): void;
  /** No more faults. */
  heal(): void;
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** Base address of the look-alike. */
  slackUrl: string;
  port: number;
  /** The bot's …/slack/events; unused over sockets. */
  eventsUrl: string;
  token: string;
  signingSecret: string;
}

const EVENTS_PATH = '/slack/events';

export async function startSlackProxy(options: ProxyOptions): Promise<SlackProxy> {
  const url = `http://127.0.0.1:${options.port}`;
  const rewriter = createRewriter({ slack: options.slackUrl, proxy: url });
  const [faults, disturbances, facts] = [createFaultBook(), createDisturbances(), createWorkspaceFacts()];
  const calls: RecordedCall[] = [];
  let deliveries = 0;
  let limits: Limiter | null = null;
  const onDelivery = () => {
    deliveries += 1;
  };
  const record = (call: RecordedCall) => void calls.push(call);
  const responses = createResponseUrls(options.slackUrl);
  const socketsUrl = options.slackUrl.replace('http', 'ws');
  const sockets = createSocketRelay({ slackUrl: socketsUrl, disturbances, rewrite: rewriter.text, onDelivery });
  const webApi = { ...options, faults, facts, limits: () => limits, record, rewrite: rewriter.text };
  const signed = { ...options, disturbances, rewrite: rewriter.form, onDelivery };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/';
    const exchange = { request, response, body: await text(request) };
    if (path.startsWith('/api/')) return answerCall(webApi, path.slice('/api/'.length), exchange);
    if (path.startsWith('/_hooks/')) return responses.answer(path, exchange);
    if (path === EVENTS_PATH) return relaySigned(signed, exchange);
    response.writeHead(404).end();
  };
  const server = createServer((request, response) => {
    // A side that is gone, or not there yet: the other one sees a cut connection.
    answer(request, response).catch(() => response.socket?.destroy());
  });
  server.on('upgrade', sockets.upgrade);
  await once(server.listen(options.port, '127.0.0.1'), 'listening');

  return {
    apiUrl: `${url}/api`,
    requestUrl: url + EVENTS_PATH,
    setGroup: facts.setGroup,
    setPerson: facts.setPerson,
    setScopes: facts.setScopes,
    fail: faults.add,
    disturb: disturbances.add,
    calls: (method) => calls.filter((call) => method === undefined || call.method === method),
    held: disturbances.held,
    deliveries: () => deliveries,
    keepLimits: (on) => {
      limits = on ? createSlackLimits() : null;
    },
    useUpResponseUrls: responses.useUp,
    cutSockets: sockets.cut,
    heal: faults.clear,
    async close() {
      sockets.cut();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
