import type { Server, ServerOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import { createAddressCount } from './address-count.ts';
import type { Remark } from './bounded-log.ts';

/**
 * How long a client may take: who sends its request byte by byte, or none at all, holds a connection for seconds only.
 * Node looks at them once in `connectionsCheckingInterval`.
 */
export const patience = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
} satisfies ServerOptions;

/** A connection on which nothing moves in either direction: the answer is not read. Screens have rules of their own. */
const SILENCE_MS = 60_000;

export interface DoorRule {
  /** Connections of this process. */
  total: number;
  /** Connections of one address; null behind a proxy, where all have the proxy's. */
  perAddress: number | null;
}

/** Stands in front of the server: counts connections before a byte of them is read, and shows out who dawdles. */
export function keepDoor(server: Server, rule: DoorRule, remark: Remark): void {
  const count = createAddressCount(rule.perAddress ?? Number.POSITIVE_INFINITY);
  server.maxConnections = rule.total;
  server.setTimeout(SILENCE_MS);
  server.on('drop', (data) =>
    remark({ from: data?.remoteAddress }, 'a connection was dropped: the process has its fill'),
  );
  server.on('connection', (socket) => {
    const from = socket.remoteAddress ?? 'unknown';
    const leave = count.enter(from);
    if (leave) {
      socket.once('close', leave);
      return;
    }
    remark({ from }, 'a connection was dropped: its address has too many');
    socket.destroy();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const from = 'remoteAddress' in socket ? socket.remoteAddress : undefined;
    remark({ from, code: error.code }, 'a request was cut off');
    showOut(socket, statusOf(error.code));
  });
}

function statusOf(code: string | undefined): string {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout';
  return code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
}

function showOut(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
