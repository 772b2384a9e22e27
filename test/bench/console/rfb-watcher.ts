import { greeting } from './emitter-words.ts';
import type { Line } from './line.ts';

/** Encodings whose lengths are easy to tell: pixels as they are, or compressed behind a length. */
export const encodings = { Raw: 0, ZRLE: 16 } as const;
export type Encoding = keyof typeof encodings;

const [VERSION_BYTES, SECURITY_BYTES, RESULT_BYTES, INIT_HEAD_BYTES] = [12, 2, 4, 24];
const [UPDATE, COLOURS, BELL, CUT_TEXT] = [0, 1, 2, 3];
const MAX_BYTES = 8 * 1024 * 1024;

/** A VNC client that asks for the next update when the last one is whole, and only counts them. */
export class RfbWatcher {
  readonly #line: Line;
  readonly #store = Buffer.alloc(MAX_BYTES);
  #from = 0;
  #to = 0;
  #wake: () => void = () => undefined;
  #width = 0;
  #height = 0;

  constructor(line: Line) {
    this.#line = line;
    line.listen((piece) => {
      this.#to += piece.copy(this.#store, this.#to);
      this.#wake();
    });
  }

  async greet(encoding: Encoding): Promise<void> {
    await this.#read(VERSION_BYTES);
    this.#line.send(greeting.subarray(0, VERSION_BYTES));
    const kinds = (await this.#read(SECURITY_BYTES))[0] ?? 0;
    await this.#read(kinds - 1);
    this.#line.send(greeting.subarray(VERSION_BYTES));
    await this.#read(RESULT_BYTES);
    const init = await this.#read(INIT_HEAD_BYTES);
    this.#width = init.readUInt16BE(0);
    this.#height = init.readUInt16BE(2);
    await this.#read(init.readUInt32BE(INIT_HEAD_BYTES - 4));
    this.#line.send(Buffer.from([2, 0, 0, 1, 0, 0, 0, encodings[encoding]]));
  }

  /** Bytes of the next update. */
  async next(): Promise<number> {
    const request = Buffer.from([3, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    request.writeUInt16BE(this.#width, 6);
    request.writeUInt16BE(this.#height, 8);
    this.#line.send(request);
    for (;;) {
      const kind = (await this.#read(1))[0];
      if (kind === UPDATE) return this.#update();
      if (kind === CUT_TEXT) await this.#read((await this.#read(7)).readUInt32BE(3));
      else if (kind === COLOURS) await this.#read(6 * (await this.#read(5)).readUInt16BE(3));
      else if (kind !== BELL) throw new Error(`a message of kind ${kind} from the VNC server`);
    }
  }

  close(): void {
    this.#line.close();
  }

  async #update(): Promise<number> {
    let rectangles = (await this.#read(3)).readUInt16BE(1);
    let total = 0;
    for (; rectangles > 0; rectangles -= 1) {
      const head = await this.#read(12);
      const raw = head.readInt32BE(8) === encodings.Raw;
      const length = raw ? head.readUInt16BE(4) * head.readUInt16BE(6) * 4 : (await this.#read(4)).readUInt32BE(0);
      await this.#read(length);
      total += length;
    }
    return total;
  }

  async #read(count: number): Promise<Buffer> {
    while (this.#to - this.#from < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const bytes = Buffer.from(this.#store.subarray(this.#from, this.#from + Math.min(count, INIT_HEAD_BYTES)));
    this.#from += count;
    if (this.#from === this.#to) {
      this.#from = 0;
      this.#to = 0;
    }
    return bytes;
  }
}
