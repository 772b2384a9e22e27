import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface IsoServerOptions {
  size: number;
  /** Reads the file that is served; may be called for any part of it. */
  read(from: number, length: number): Buffer;
  /** Of all connections together; as fast as it goes where it is left out. */
  bytesPerSecond?: number;
  ranges?: boolean;
  etag?: string;
}

/** An HTTP server with one file, that can be slow, cut its connections, or refuse. */
export interface IsoServer {
  url: string;
  /** Ranges that were asked for by GET, in order: "0-" is all of it. */
  asked: string[];
  /** Bytes of the file that went out so far. */
  sent(): number;
  /** Ends every connection without a word; while it is `down` new ones end like that, too. */
  cut(): void;
  down: boolean;
  /** From this byte on nothing of the file comes to whoever asked for all the rest, until it is null. */
  heldAt: number | null;
  /** Answers with this status instead. */
  status: number | null;
  close(): Promise<void>;
}

const TICK_MS = 20;
const CHUNK = 256 * 1024;

export async function startIsoServer(options: IsoServerOptions): Promise<IsoServer> {
  let sent = 0;
  const pace = paceOf(options.bytesPerSecond);
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (state.down) return void request.socket.destroy();
    open.add(response);
    response.once('close', () => open.delete(response));
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const state: IsoServer = {
    url: `http://127.0.0.1:${port}/disc.iso`,
    asked: [],
    down: false,
    heldAt: null,
    status: null,
    sent: () => sent,
    cut() {
      for (const response of open) response.socket?.destroy();
    },
    async close() {
      state.cut();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (state.status !== null) return void response.writeHead(state.status, { 'content-length': 0 }).end();
    const part = partOf(request, options);
    response.writeHead(part.partial ? 206 : 200, headersOf(part, options));
    if (request.method === 'HEAD') return void response.end();
    state.asked.push(part.partial ? `${part.from}-${part.until}` : '0-');
    await pour(response, part);
  }

  async function pour(response: ServerResponse, { from, to, until }: Part): Promise<void> {
    const closed = once(response, 'close');
    const isHeld = (at: number) => until === '' && state.heldAt !== null && at >= state.heldAt;
    for (let at = from; at <= to && !response.destroyed; at += pace.step) {
      while (isHeld(at) && !response.destroyed) await sleep(TICK_MS);
      const piece = options.read(at, Math.min(pace.step, to - at + 1));
      sent += piece.length;
      if (!response.write(piece)) await Promise.race([once(response, 'drain'), closed]);
      await pace.rest(piece.length);
    }
    response.end();
  }
  return state;
}

interface Part {
  from: number;
  to: number;
  /** The end as it was asked for; empty: all that follows. */
  until: string;
  partial: boolean;
}

function partOf({ headers }: IncomingMessage, { size, ranges = true, etag }: IsoServerOptions): Part {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
  const same = headers['if-range'] === undefined || headers['if-range'] === etag;
  if (!ranges || !asked || !same) return { from: 0, to: size - 1, until: '', partial: false };
  const [, from = '0', until = ''] = asked;
  return { from: Number(from), to: until === '' ? size - 1 : Math.min(Number(until), size - 1), until, partial: true };
}

function headersOf({ from, to, partial }: Part, { size, etag }: IsoServerOptions): OutgoingHttpHeaders {
  return {
    'content-length': to - from + 1,
    ...(etag === undefined ? {} : { etag }),
    ...(partial ? { 'content-range': `bytes ${from}-${to}/${size}` } : {}),
  };
}

interface Pace {
  /** Bytes at a time. */
  step: number;
  /** Until that many bytes were due, those of other connections before them. */
  rest(sent: number): Promise<void>;
}

function paceOf(bytesPerSecond: number | undefined): Pace {
  if (bytesPerSecond === undefined) return { step: CHUNK, rest: async () => undefined };
  let due = 0;
  return {
    step: Math.ceil((bytesPerSecond * TICK_MS) / 1_000),
    async rest(sent) {
      const now = performance.now();
      due = Math.max(due, now) + (sent / bytesPerSecond) * 1_000;
      if (due > now) await sleep(due - now);
    },
  };
}
