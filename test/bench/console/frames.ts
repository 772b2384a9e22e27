const EMPTY = Buffer.alloc(0);
const [CONTINUED, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10];
const GOING_AWAY = 1001;
const [LONG, LONGER] = [126, 127];

/** A client's frame, whose mask of zeroes leaves the bytes as they are. */
export function clientFrame(bytes: Buffer, opcode = BINARY): Buffer {
  if (bytes.length >= LONG) throw new Error('a viewer of this benchmark says short things only');
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | bytes.length, 0, 0, 0, 0]), bytes]);
}

export function pong(bytes: Buffer): Buffer {
  return clientFrame(bytes, PONG);
}

/** Cuts a server's bytes into frames without copying them; a text is none of our business. */
export class Frames {
  readonly #on: { data(piece: Buffer): void; ping(payload: Buffer): void };
  #head = EMPTY;
  #left = 0;
  #opcode = 0;

  constructor(on: { data(piece: Buffer): void; ping(payload: Buffer): void }) {
    this.#on = on;
  }

  take(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#left === 0) rest = this.#takeHead(rest);
      const piece = rest.subarray(0, this.#left);
      rest = rest.subarray(piece.length);
      this.#left -= piece.length;
      if (piece.length > 0) this.#use(piece);
    }
  }

  #takeHead(chunk: Buffer): Buffer {
    const all = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const head = readHead(all);
    this.#head = head ? EMPTY : Buffer.from(all);
    if (!head) return EMPTY;
    this.#opcode = (all[0] ?? 0) & 0x0f;
    this.#left = head.payload;
    if (this.#opcode === PING && head.payload === 0) this.#on.ping(EMPTY);
    return all.subarray(head.length);
  }

  #use(piece: Buffer): void {
    if (this.#opcode === BINARY || this.#opcode === CONTINUED) this.#on.data(piece);
    else if (this.#opcode === PING) this.#on.ping(Buffer.from(piece));
    else if (this.#opcode === CLOSE) mustBeTheEnd(piece.readUInt16BE(0));
    else if (this.#opcode !== TEXT) throw new Error(`a frame of kind ${this.#opcode}`);
  }
}

/** When a benchmark fails, the gateway is stopped while its viewers are there: the failure is what should be seen. */
function mustBeTheEnd(code: number): void {
  if (code !== GOING_AWAY) throw new Error(`the path closed a line: ${code}`);
}

/** Null while the head is not whole. */
function readHead(bytes: Buffer): { length: number; payload: number } | null {
  const short = (bytes[1] ?? 0) & 0x7f;
  if (bytes.length < 2) return null;
  if (short < LONG) return { length: 2, payload: short };
  if (short === LONG) return bytes.length < 4 ? null : { length: 4, payload: bytes.readUInt16BE(2) };
  if (short === LONGER && bytes.length >= 10) return { length: 10, payload: Number(bytes.readBigUInt64BE(2)) };
  return null;
}
