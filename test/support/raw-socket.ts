import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** A TCP connection of somebody who does not keep to the rules. */
export interface RawSocket {
  socket: Socket;
  /** What came back so far. */
  heard(): string;
  /** Resolves when the other side has ended it, however. */
  ended: Promise<void>;
}

/** @param from address of ours that it comes from; all of 127.0.0.0/8 is this machine */
export function openRaw(port: number, from = '127.0.0.1'): RawSocket {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  const parts: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => void parts.push(bytes)).on('error', () => undefined);
  const ended = new Promise<void>((done) => {
    socket.once('close', () => done());
    socket.once('end', () => done());
  });
  return { socket, heard: () => Buffer.concat(parts).toString('latin1'), ended };
}

/** The request line and headers of an upgrade, up to and with the empty line. */
export function upgradeHead(wish: { path: string; origin: string; cookie?: string }): string {
  const lines = [
    `GET ${wish.path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Origin: ${wish.origin}`,
    ...(wish.cookie === undefined ? [] : [`Cookie: ${wish.cookie}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A WebSocket frame by the book (RFC 6455 5.2), or against it. `length` is what the head says, where it lies. */
export function frame(options: {
  opcode: number;
  body?: Buffer;
  final?: boolean;
  masked?: boolean;
  reserved?: boolean;
  length?: bigint;
}): Buffer {
  const { opcode, body = Buffer.alloc(0), final = true, masked = true, reserved = false } = options;
  const length = options.length ?? BigInt(body.length);
  const first = (final ? 0x80 : 0) | (reserved ? 0x40 : 0) | opcode;
  const short = length < 126n;
  const head = Buffer.alloc(short ? 2 : 10);
  head[0] = first;
  head[1] = (masked ? 0x80 : 0) | (short ? Number(length) : 127);
  if (!short) head.writeBigUInt64BE(length, 2);
  if (!masked) return Buffer.concat([head, body]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, body.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}
