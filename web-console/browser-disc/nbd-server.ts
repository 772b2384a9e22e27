import type { Duplex } from 'node:stream';
import { errors } from './nbd-constants.ts';
import type { NbdExport } from './nbd-handshake.ts';
import { type NbdEvent, NbdParser, type NbdRead, replyHead } from './nbd-parser.ts';

/** What is served, and where its bytes come from. */
export interface NbdDisc extends NbdExport {
  /** Rejects where they cannot be had; the client is told of an I/O error. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** Reads that are answered at a time; QEMU asks for no more than this. */
const MAX_AT_ONCE = 16;
const HANDSHAKE_MS = 10_000;

/** Speaks NBD with one client until one of the two has enough. @returns what ends it */
export function serveNbd(stream: Duplex, disc: NbdDisc, onClose: () => void): () => void {
  const session = new NbdSession(stream, disc, onClose);
  return () => session.close();
}

class NbdSession {
  readonly #stream: Duplex;
  readonly #disc: NbdDisc;
  readonly #parser: NbdParser;
  readonly #onClose: () => void;
  readonly #patience: NodeJS.Timeout;
  /** Asked for, and not begun yet. While there is one, the client is not read. */
  readonly #waiting: NbdRead[] = [];
  #running = 0;
  #closed = false;

  constructor(stream: Duplex, disc: NbdDisc, onClose: () => void) {
    this.#stream = stream;
    this.#disc = disc;
    this.#parser = new NbdParser(disc);
    this.#onClose = onClose;
    this.#patience = setTimeout(() => !this.#parser.shaken && this.close(), HANDSHAKE_MS);
    for (const end of ['end', 'close', 'error']) stream.on(end, () => this.close());
    stream.on('drain', () => this.#goOn());
    stream.on('data', (bytes: Buffer) => this.#hear(bytes));
    stream.write(this.#parser.greeting());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#patience);
    this.#waiting.length = 0;
    this.#stream.end();
    this.#stream.destroy();
    this.#onClose();
  }

  #hear(bytes: Buffer): void {
    for (const event of this.#parser.push(bytes)) this.#follow(event);
    this.#goOn();
  }

  #follow(event: NbdEvent): void {
    if (this.#closed) return;
    if ('read' in event) this.#waiting.push(event.read);
    else if ('send' in event) this.#stream.write(event.send);
    else this.close();
  }

  /** Begins what may begin. A client that does not read its answers, or asks for too much, is not read itself. */
  #goOn(): void {
    while (!this.#closed && this.#running < MAX_AT_ONCE && !this.#stream.writableNeedDrain) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      void this.#answer(next);
    }
    if (this.#closed) return;
    if (this.#waiting.length > 0 || this.#stream.writableNeedDrain) this.#stream.pause();
    else this.#stream.resume();
  }

  async #answer({ cookie, offset, length }: NbdRead): Promise<void> {
    this.#running += 1;
    const bytes = await this.#disc.read(offset, length).catch(() => null);
    this.#running -= 1;
    if (this.#closed) return;
    this.#stream.write(replyHead(cookie, bytes ? errors.none : errors.io));
    if (bytes) this.#stream.write(bytes);
    this.#goOn();
  }
}
