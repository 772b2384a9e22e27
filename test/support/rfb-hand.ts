import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** Message and encoding numbers of RFC 6143. */
const [SET_PIXELS, SET_ENCODINGS, UPDATE_REQUEST, KEY_EVENT] = [0, 2, 3, 4];
const [UPDATE, COLOURS, BELL] = [0, 1, 2];
const [RAW, DESKTOP_SIZE] = [0, -223];
/** One byte a pixel, so that a picture is small on its way: 3 bits of red and green, 2 of blue; all zero is black. */
const PIXELS = [8, 8, 0, 1, 0, 7, 0, 7, 0, 3, 0, 3, 6, 0, 0, 0];
/** QEMU shows a notice of its own in this size until the guest's firmware has set a mode. */
const PLACEHOLDER = { width: 640, height: 480 };
const SHIFT = 0xffe1;
const NAMED: Record<string, number> = { '\n': 0xff0d, '\b': 0xff08 };
const SHIFTED = /[A-Z~!@#$%^&*()_+{}|:"<>?]/;

/** A VNC client with a hand and half an eye: it types, and sees whether the guest shows anything yet. */
export class RfbHand {
  readonly #stream: Duplex;
  #size = PLACEHOLDER;
  #held: Buffer = Buffer.alloc(0);
  #wake: () => void = () => undefined;

  private constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', (part: Buffer) => {
      this.#held = Buffer.concat([this.#held, part]);
      this.#wake();
    });
    for (const end of ['close', 'error', 'end']) stream.on(end, () => this.#wake());
  }

  /** @param stream a VNC server that asks for no password, as ours behind SSH */
  static async open(stream: Duplex): Promise<RfbHand> {
    const hand = new RfbHand(stream);
    await hand.#greet();
    return hand;
  }

  /** On a keyboard of the USA; `\n` is Enter, `\b` takes a character away. @param pauseMs between two keys */
  async type(text: string, pauseMs: number): Promise<void> {
    for (const character of text) {
      await pause(pauseMs);
      const key = NAMED[character] ?? character.charCodeAt(0);
      const shift = SHIFTED.test(character);
      if (shift) this.#key(SHIFT, true);
      this.#key(key, true);
      this.#key(key, false);
      if (shift) this.#key(SHIFT, false);
    }
  }

  /** Resolves once something is in the guest's own picture. */
  async seesSomething(): Promise<void> {
    this.#ask(false);
    for (;;) {
      const { lit, resized } = await this.#update();
      if (lit && !isPlaceholder(this.#size)) return;
      this.#ask(!resized);
    }
  }

  close(): void {
    this.#stream.destroy();
  }

  async #greet(): Promise<void> {
    await this.#read(12);
    this.#stream.write('RFB 003.008\n');
    const [kinds = 0] = await this.#read(1);
    await this.#read(kinds);
    // No security, and a screen that is shared.
    this.#stream.write(Buffer.from([1, 1]));
    await this.#read(4);
    const init = await this.#read(24);
    this.#size = { width: init.readUInt16BE(0), height: init.readUInt16BE(2) };
    await this.#read(init.readUInt32BE(20));
    this.#stream.write(Buffer.from([SET_PIXELS, 0, 0, 0, ...PIXELS]));
    const wish = Buffer.alloc(12);
    wish[0] = SET_ENCODINGS;
    wish.writeUInt16BE(2, 2);
    wish.writeInt32BE(RAW, 4);
    wish.writeInt32BE(DESKTOP_SIZE, 8);
    this.#stream.write(wish);
  }

  #key(symbol: number, down: boolean): void {
    const event = Buffer.alloc(8);
    event[0] = KEY_EVENT;
    event[1] = down ? 1 : 0;
    event.writeUInt32BE(symbol, 4);
    this.#stream.write(event);
  }

  #ask(incremental: boolean): void {
    const request = Buffer.alloc(10);
    request[0] = UPDATE_REQUEST;
    request[1] = incremental ? 1 : 0;
    request.writeUInt16BE(this.#size.width, 6);
    request.writeUInt16BE(this.#size.height, 8);
    this.#stream.write(request);
  }

  async #update(): Promise<{ lit: boolean; resized: boolean }> {
    await this.#skipToUpdate();
    let [lit, resized] = [false, false];
    const [, high = 0, low = 0] = await this.#read(3);
    for (let left = high * 256 + low; left > 0; left -= 1) {
      const head = await this.#read(12);
      const size = { width: head.readUInt16BE(4), height: head.readUInt16BE(6) };
      if (head.readInt32BE(8) === DESKTOP_SIZE) {
        this.#size = size;
        resized = true;
      } else {
        const pixels = await this.#read(size.width * size.height);
        lit ||= pixels.some((pixel) => pixel !== 0);
      }
    }
    return { lit, resized };
  }

  async #skipToUpdate(): Promise<void> {
    for (;;) {
      const [kind] = await this.#read(1);
      if (kind === UPDATE) return;
      if (kind === COLOURS) await this.#read(6 * (await this.#read(5)).readUInt16BE(3));
      else if (kind !== BELL) await this.#read((await this.#read(7)).readUInt32BE(3));
    }
  }

  async #read(count: number): Promise<Buffer> {
    while (this.#held.length < count) {
      if (this.#stream.destroyed || this.#stream.readableEnded) throw new Error('the screen has ended');
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const bytes = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return bytes;
  }
}

function isPlaceholder({ width, height }: typeof PLACEHOLDER): boolean {
  return width === PLACEHOLDER.width && height === PLACEHOLDER.height;
}
