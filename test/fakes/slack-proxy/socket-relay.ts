import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { Disturbances } from './disturbances.ts';

/** Socket Mode through the proxy: frames pass both ways, and deliveries meet what was asked for. */
export interface SocketRelay {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Cuts every connection, as Slack does now and then. */
  cut(): void;
}

export function createSocketRelay(deps: {
  /** ws://… of the look-alike */
  slackUrl: string;
  disturbances: Disturbances;
  rewrite(text: string): string;
  /** Told of each delivery that goes to the bot. */
  onDelivery(): void;
}): SocketRelay {
  const server = new WebSocketServer({ noServer: true });
  const toBot = (bot: WebSocket, data: RawData) => {
    const text = deps.rewrite(String(data));
    if (!text.includes('"envelope_id"')) return bot.send(text);
    const send = async () => {
      deps.onDelivery();
      bot.send(text);
    };
    deps.disturbances.pass(send).catch(() => bot.terminate());
  };
  const join = (bot: WebSocket, path: string) => {
    const slack = new WebSocket(`${deps.slackUrl}${path}`);
    const early: string[] = [];
    bot.on('message', (data) =>
      slack.readyState === WebSocket.OPEN ? slack.send(String(data)) : early.push(String(data)),
    );
    slack.on('open', () => {
      for (const text of early.splice(0)) slack.send(text);
    });
    slack.on('message', (data) => toBot(bot, data));
    for (const [one, other] of [
      [bot, slack],
      [slack, bot],
    ] as const) {
      one.on('close', () => other.close());
      one.on('error', () => other.terminate());
    }
  };
  return {
    upgrade: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (bot) => join(bot, request.url ?? '/')),
    cut: () => {
      for (const bot of server.clients) bot.terminate();
    },
  };
}
