import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { clientFrame, Frames, pong } from './frames.ts';

/** A viewer's end of a path. What arrives is handed over in pieces that are valid until the handler returns. */
export interface Line {
  send(bytes: Buffer): void;
  listen(handler: (piece: Buffer) => void): void;
  /** Reads nothing more, as a browser that hangs. */
  stall(): void;
  close(): void;
}

const READ_BYTES = 256 * 1024;
const OPEN_MS = 30_000;
const HEAD_END = '\r\n\r\n';

/** Straight to a socket, with nothing in between. */
export function openSocket(path: string): Promise<Line> {
  return open({ path }, null, (socket, handler) => ({ take: handler, send: (bytes) => void socket.write(bytes) }));
}

/**
 * A WebSocket that only counts: `ws` would cost this process about as much as a gateway's whole work, and what is
 * measured is the gateway.
 */
export function openWebSocket(url: string, headers: Record<string, string> = {}): Promise<Line> {
  const { hostname, port, pathname, host } = new URL(url);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const hello =
    `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${lines.join('')}\r\n`;
  return open({ host: hostname, port: Number(port) }, hello, (socket, handler) => {
    const frames = new Frames({ data: handler, ping: (payload) => void socket.write(pong(payload)) });
    return { take: (chunk) => frames.take(chunk), send: (bytes) => void socket.write(clientFrame(bytes)) };
  });
}

interface Wire {
  take(chunk: Buffer): void;
  send(bytes: Buffer): void;
}

type MakeWire = (socket: Socket, handler: (piece: Buffer) => void) => Wire;

/** @param hello a request that must be answered by 101 first; null where there is none */
function open(to: NetConnectOpts, hello: string | null, makeWire: MakeWire): Promise<Line> {
  return new Promise((resolve, reject) => {
    let handler: (piece: Buffer) => void = () => undefined;
    let head = '';
    let ready = hello === null;
    const onread = {
      buffer: Buffer.alloc(READ_BYTES),
      callback: (count: number, buffer: Uint8Array) => {
        take(Buffer.from(buffer.buffer, buffer.byteOffset, count));
        return true;
      },
    };
    const socket = connect({ ...to, onread });
    const wire = makeWire(socket, (piece) => handler(piece));
    const fail = (error: Error) => {
      clearTimeout(late);
      socket.destroy();
      reject(error);
    };
    const late = setTimeout(() => fail(new Error(`no answer from ${JSON.stringify(to)}`)), OPEN_MS);
    const succeed = () => {
      clearTimeout(late);
      ready = true;
      resolve({
        send: wire.send,
        listen: (next) => {
          handler = next;
        },
        stall: () => void socket.pause(),
        close: () => void socket.destroy(),
      });
    };
    const take = (chunk: Buffer) => {
      if (ready) return wire.take(chunk);
      head += chunk.toString('latin1');
      const end = head.indexOf(HEAD_END);
      if (end < 0) return;
      if (!head.startsWith('HTTP/1.1 101')) return fail(new Error(`refused: ${head}`));
      succeed();
      // The server may have spoken in the same breath; the caller listens a turn later.
      const rest = Buffer.from(head.slice(end + HEAD_END.length), 'latin1');
      if (rest.length > 0) setImmediate(() => wire.take(rest));
    };
    socket.setNoDelay(true);
    socket.on('error', fail);
    socket.once('close', () => fail(new Error('the line was closed')));
    socket.once('connect', () => (hello === null ? succeed() : socket.write(hello)));
  });
}
