import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';

/** Bytes that may wait in a WebSocket before its source is held, and below which it goes on; more is no faster. */
export const HIGH = 256 * 1024;
const LOW = 64 * 1024;

/**
 * VM → browser, at the pace of the browser. A held channel sends no window updates, so the device's sshd stops
 * reading QEMU: nothing piles up anywhere, and nobody else waits.
 */
export function pourIntoSocket(channel: Duplex, socket: WebSocket): void {
  let held = false;
  const sent = () => {
    if (!held || socket.bufferedAmount > LOW) return;
    held = false;
    channel.resume();
  };
  channel.on('data', (bytes: Buffer) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(bytes, { binary: true }, sent);
    if (held || socket.bufferedAmount <= HIGH) return;
    held = true;
    channel.pause();
  });
  channel.resume();
}

/** Browser → VM, at the pace of the VM: the browser is not read while the channel is full. */
export function pourIntoChannel(bytes: Buffer, socket: WebSocket, channel: Duplex): void {
  if (bytes.length === 0 || channel.write(bytes) || socket.isPaused) return;
  socket.pause();
  channel.once('drain', () => socket.resume());
}
