/**
 * The one source of bytes behind every path: a VNC server as far as a gateway can tell, that answers each request with
 * as many bytes as it asks for. Argument: the unix socket to listen on.
 */
import { createServer, type Socket } from 'node:net';
import { banner, decodeWish, greeting, WISH_BYTES } from './emitter-words.ts';

const noise = Buffer.alloc(64 * 1024, 0x5a);

function serve(socket: Socket): void {
  let heard = Buffer.alloc(0);
  let greeted = false;
  let owed = 0;
  let write = 0;
  const pour = () => {
    while (owed > 0) {
      const size = Math.min(write, owed);
      owed -= size;
      if (!socket.write(noise.subarray(0, size))) return;
    }
  };
  socket.on('error', () => socket.destroy());
  socket.on('drain', pour);
  socket.write(banner);
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk]);
    if (!greeted) {
      if (heard.length < greeting.length) return;
      heard = heard.subarray(greeting.length);
      greeted = true;
    }
    while (heard.length >= WISH_BYTES) {
      const wish = decodeWish(heard);
      heard = heard.subarray(WISH_BYTES);
      owed += wish.bytes;
      write = wish.write;
    }
    if (!socket.writableNeedDrain) pour();
  });
}

createServer(serve).listen({ path: process.argv[2], backlog: 511 });
