import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { LiveScreen } from './live-screen.ts';

/** A VNC server on a unix socket: a real handshake, a still picture, and on demand more bytes than anybody can take. */
export interface FakeVnc {
  path: string;
  /** Every byte that any client sent after its handshake. */
  received(): Buffer;
  /** Bytes handed to the socket of each connection so far, in the order in which they connected. */
  written(): number[];
  /** Connections that are open now. */
  open(): number;
  /** Ends every connection, as a restart of QEMU does. */
  drop(): void;
  close(): Promise<void>;
}

export interface FakeVncOptions {
  /** `flood`: after the handshake writes without end, at the pace of the reader. `live`: see live-screen.ts. */
  mode?: 'still' | 'flood' | 'live';
}

const HANDSHAKE_BYTES = 14;
const WIDTH = 64;
const HEIGHT = 48;

export async function startFakeVnc(path: string, options: FakeVncOptions = {}): Promise<FakeVnc> {
  const { mode = 'still' } = options;
  const sockets = new Set<Socket>();
  const counters: { bytes: number }[] = [];
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    const counter = { bytes: 0 };
    sockets.add(socket);
    counters.push(counter);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    const live = mode === 'live' ? new LiveScreen(socket, { width: WIDTH, height: HEIGHT }) : null;
    speak(socket, { received, live, flood: mode === 'flood' ? counter : null });
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    path,
    received: () => Buffer.concat(received),
    written: () => counters.map((counter) => counter.bytes),
    open: () => sockets.size,
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

/** RFC 6143 section 7.1 to 7.3, from the server's side, without authentication: what is said once so much was heard. */
const handshake: [heard: number, say: () => Buffer][] = [
  [12, () => Buffer.from([1, 1])],
  [13, () => Buffer.alloc(4)],
  [HANDSHAKE_BYTES, serverInit],
];

function speak(
  socket: Socket,
  place: { received: Buffer[]; live: LiveScreen | null; flood: { bytes: number } | null },
): void {
  let heard = 0;
  socket.write('RFB 003.008\n');
  socket.on('data', (chunk: Buffer) => {
    const before = heard;
    heard += chunk.length;
    for (const [at, say] of handshake) if (before < at && heard >= at) socket.write(say());
    const rest = chunk.subarray(Math.max(0, HANDSHAKE_BYTES - before));
    if (rest.length > 0) place.received.push(rest);
    place.live?.take(rest);
    if (place.flood && before < HANDSHAKE_BYTES && heard >= HANDSHAKE_BYTES) flood(socket, place.flood);
  });
}

function serverInit(): Buffer {
  const name = Buffer.from('fake');
  const init = Buffer.alloc(24);
  init.writeUInt16BE(WIDTH, 0);
  init.writeUInt16BE(HEIGHT, 2);
  Buffer.from([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0]).copy(init, 4);
  init.writeUInt32BE(name.length, 20);
  return Buffer.concat([init, name]);
}

function flood(socket: Socket, counter: { bytes: number }): void {
  const block = Buffer.alloc(64 * 1024, 0x5a);
  const pour = () => {
    while (!socket.destroyed) {
      counter.bytes += block.length;
      if (!socket.write(block)) break;
    }
  };
  socket.on('drain', pour);
  pour();
}
