import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

const LOOK_MS = 1_000;
/** ssh2 does not stop a device that ignores its window (mscdex/ssh2#1505): more unread bytes than this are hostile. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

/** Nothing less than the end of the connection stops a device that goes on sending. */
export function dropFloods(socket: Socket, channel: Duplex): void {
  const timer = setInterval(() => {
    if (channel.readableLength > MAX_UNREAD_BYTES) socket.destroy();
  }, LOOK_MS).unref();
  // A connection bears thousands of short streams, and must not remember each of them.
  const stop = () => {
    clearInterval(timer);
    socket.off('close', stop);
  };
  channel.once('close', stop);
  socket.once('close', stop);
}
