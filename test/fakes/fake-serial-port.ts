import { once } from 'node:events';
import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';

/** A serial port as QEMU has it: a log that grows, and a socket that talks to one client while the next ones wait. */
export interface FakeSerialPort {
  /** The guest writes. */
  say(text: string | Buffer): Promise<void>;
  /** The worker shortens the log. */
  shorten(text: string): Promise<void>;
  /** Everything that clients wrote and the guest read. */
  heard(): string;
  /** Clients that talk and that wait, now. */
  clients(): number;
  close(): Promise<void>;
}

export async function startFakeSerialPort(place: { socket: string; log: string }): Promise<FakeSerialPort> {
  const line: Socket[] = [];
  let heard = '';
  const serveFirst = () => line[0]?.resume();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    line.push(socket);
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1');
    });
    socket
      .on('error', () => undefined)
      .once('close', () => {
        line.splice(line.indexOf(socket), 1);
        serveFirst();
      });
    serveFirst();
  });
  await writeFile(place.log, '');
  server.listen(place.socket);
  await once(server, 'listening');
  return {
    say: (text) => appendFile(place.log, text),
    async shorten(text) {
      await truncate(place.log);
      await appendFile(place.log, text);
    },
    heard: () => heard,
    clients: () => line.length,
    async close() {
      for (const socket of line) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
