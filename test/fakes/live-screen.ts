import type { Socket } from 'node:net';

/** Client messages by type, as RFC 6143 and the rfbproto registry have them. */
export const clientTypes = { encodings: 2, request: 3, key: 4, pointer: 5, continuous: 150, fence: 248 } as const;

const FENCES = -312;
const CONTINUOUS = -313;
const EVERY_MS = 60;
const FENCE_REQUEST = 0x80000001;

/** Bytes of head that a message's length is read from, and how. */
const lengths: Record<number, [needs: number, length: (head: Buffer) => number]> = {
  0: [1, () => 20],
  2: [4, (head) => 4 + 4 * head.readUInt16BE(2)],
  3: [1, () => 10],
  4: [1, () => 8],
  5: [1, () => 6],
  6: [8, (head) => 8 + head.readInt32BE(4)],
  150: [1, () => 10],
  248: [9, (head) => 9 + head.readUInt8(8)],
  251: [8, (head) => 8 + 16 * head.readUInt8(6)],
};

/** Length of the client message at the front, or null while that cannot be told. */
function lengthOf(bytes: Buffer): number | null {
  const [needs, length] = lengths[bytes[0] ?? -1] ?? [Number.POSITIVE_INFINITY, () => 0];
  return bytes.length < needs ? null : length(bytes);
}

/** Cuts what a client sent into messages. */
export function messagesOf(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  let rest = bytes;
  for (let length = lengthOf(rest); length !== null && length <= rest.length; length = lengthOf(rest)) {
    messages.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return messages;
}

/**
 * A screen that changes all the time, as a VNC server with fences and continuous updates shows it: who asks gets a
 * picture; who offers both extensions gets pictures by itself, but only once they switched them on and answered the fence.
 */
export class LiveScreen {
  readonly #socket: Socket;
  readonly #size: { width: number; height: number };
  #rest = Buffer.alloc(0);
  #frame = 0;
  #fence: 'none' | 'owed' | 'answered' = 'none';
  #continuous = false;

  constructor(socket: Socket, size: { width: number; height: number }) {
    this.#socket = socket;
    this.#size = size;
    const timer = setInterval(() => this.#continuous && this.#fence !== 'owed' && this.#show(), EVERY_MS);
    socket.once('close', () => clearInterval(timer));
  }

  take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (const message of messagesOf(this.#rest)) {
      this.#rest = this.#rest.subarray(message.length);
      this.#hear(message);
    }
  }

  #hear(message: Buffer): void {
    const [type] = message;
    if (type === clientTypes.encodings) this.#agree(message);
    if (type === clientTypes.request && !this.#continuous) this.#show();
    if (type === clientTypes.continuous) this.#continuous = message[1] === 1;
    if (type === clientTypes.fence) this.#fence = 'answered';
  }

  #agree(message: Buffer): void {
    const offered = Array.from({ length: message.readUInt16BE(2) }, (_, index) => message.readInt32BE(4 + 4 * index));
    if (this.#fence !== 'none' || !offered.includes(FENCES) || !offered.includes(CONTINUOUS)) return;
    this.#fence = 'owed';
    const fence = Buffer.alloc(10, 0x2a);
    fence.writeUInt32BE(248 * 2 ** 24, 0);
    fence.writeUInt32BE(FENCE_REQUEST, 4);
    fence.writeUInt8(1, 8);
    // The fence, and "I can do continuous updates".
    this.#socket.write(Buffer.concat([fence, Buffer.from([150])]));
  }

  /** The whole screen in one colour, another one each time; four bytes for each pixel. */
  #show(): void {
    this.#frame += 1;
    const { width, height } = this.#size;
    const head = Buffer.alloc(16);
    head.writeUInt16BE(1, 2);
    head.writeUInt16BE(width, 8);
    head.writeUInt16BE(height, 10);
    this.#socket.write(Buffer.concat([head, Buffer.alloc(width * height * 4, (this.#frame * 37) % 256)]));
  }
}
