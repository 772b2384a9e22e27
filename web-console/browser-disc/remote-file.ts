import { CHUNK_BYTES, MAX_ASKED } from './disc-contract.ts';
import { ReadAhead } from './read-ahead.ts';

/** A page that has the file. It answers by `take` and `cannot`. */
export interface FileHolder {
  ask(id: number, offset: number, length: number): void;
  /** It owes an answer for too long. */
  giveUp(): void;
}

export interface RemoteFileOptions {
  bytes: number;
  /** For how long a read waits for a page that is away, or slow. */
  holdMs: number;
  /** After this a page that does not answer is given up: the next one may. */
  answerMs: number;
}

interface Wanted {
  index: number;
  length: number;
  /** When somebody began to wait for it. */
  since: number;
  /** The page was asked under this number, and when; null while it was not. */
  asked: { id: number; at: number } | null;
  bytes: Promise<Buffer>;
  resolve(bytes: Buffer): void;
  reject(error: Error): void;
}

const LOOK_MS = 500;
const HURRY_MS = 5_000;
const HURRY_HOLD_MS = 1_000;
/** Chunks that are remembered: 8 MiB. What a guest reads again it mostly keeps itself. */
const MAX_KEPT = 64;

/**
 * A file that lies in somebody's browser, read in chunks. While no page is there, reads wait for one; not for ever. Its
 * memory is bounded: so many chunks are kept, so many asked for.
 */
export class RemoteFile {
  readonly #options: RemoteFileOptions;
  readonly #ahead = new ReadAhead();
  readonly #kept = new Map<number, Buffer>();
  readonly #wanted = new Map<number, Wanted>();
  readonly #timer: NodeJS.Timeout;
  #holder: FileHolder | null = null;
  /** Asked of this page, and needed by nobody any more: an answer that is late is no lie. */
  readonly #forgiven = new Set<number>();
  #hurryUntil = 0;
  #lastId = 0;
  #travelled = 0;
  #closed = false;

  constructor(options: RemoteFileOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Bytes that came from pages. */
  get travelled(): number {
    return this.#travelled;
  }

  /** From now on this page is asked, also for what an earlier one owes. */
  attach(holder: FileHolder): void {
    this.#holder = holder;
    this.#forgiven.clear();
    for (const wanted of this.#wanted.values()) wanted.asked = null;
    this.#ask();
  }

  /** That page is gone; another one may have come already. */
  detach(holder: FileHolder): void {
    if (this.#holder === holder) this.#holder = null;
  }

  /** @throws Error when no page gave the bytes in time, or one cannot read them any more */
  async read(offset: number, length: number): Promise<Buffer> {
    const first = Math.floor(offset / CHUNK_BYTES);
    const last = Math.floor((offset + length - 1) / CHUNK_BYTES);
    const parts: Promise<Buffer>[] = [];
    for (let index = first; index <= last; index += 1) parts.push(this.#chunk(index));
    const { from, count } = this.#ahead.follow(first, last);
    for (let index = from; index < from + count; index += 1) this.#fetchAhead(index);
    this.#ask();
    const bytes = Buffer.concat(await Promise.all(parts));
    const start = offset - first * CHUNK_BYTES;
    return bytes.subarray(start, start + length);
  }

  /** The page's answer. @returns false where nobody asked for that */
  take(holder: FileHolder, id: number, bytes: Buffer): boolean {
    const wanted = this.#askedAs(holder, id);
    if (!wanted) return this.#isForgiven(holder, id);
    if (wanted.length !== bytes.length) return false;
    this.#wanted.delete(wanted.index);
    this.#travelled += bytes.length;
    this.#keep(wanted.index, bytes);
    wanted.resolve(bytes);
    this.#ask();
    return true;
  }

  /** The page cannot read it. @returns false where nobody asked for that */
  cannot(holder: FileHolder, id: number): boolean {
    const wanted = this.#askedAs(holder, id);
    if (!wanted) return this.#isForgiven(holder, id);
    this.#drop(wanted, 'the page cannot read the file');
    return true;
  }

  /**
   * QEMU takes no disc out of the drive while a read is on its way, and a guest that got an error reads again: so for a
   * moment nobody waits for a page that is away, nor for long for one that is there.
   */
  letGo(): void {
    this.#hurryUntil = performance.now() + HURRY_MS;
    if (this.#holder) return;
    for (const wanted of this.#wanted.values()) this.#drop(wanted, 'let go of');
  }

  /** Who waits, waits no longer. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#holder = null;
    this.#kept.clear();
    for (const wanted of this.#wanted.values()) this.#drop(wanted, 'the file is not served any more');
  }

  #askedAs(holder: FileHolder, id: number): Wanted | undefined {
    if (holder !== this.#holder) return undefined;
    return [...this.#wanted.values()].find(({ asked }) => asked?.id === id);
  }

  get #hurries(): boolean {
    return performance.now() < this.#hurryUntil;
  }

  #isForgiven(holder: FileHolder, id: number): boolean {
    return holder === this.#holder && this.#forgiven.delete(id);
  }

  #chunk(index: number): Promise<Buffer> {
    const kept = this.#kept.get(index);
    if (kept) {
      this.#keep(index, kept);
      return Promise.resolve(kept);
    }
    if (this.#closed) return Promise.reject(new Error('the file is not served any more'));
    if (!this.#holder && this.#hurries) return Promise.reject(new Error('let go of'));
    return (this.#wanted.get(index) ?? this.#want(index)).bytes;
  }

  #fetchAhead(index: number): void {
    const beyond = index * CHUNK_BYTES >= this.#options.bytes;
    // Only beside a page that keeps up, and never while nobody is there: what waits then is what somebody waits for.
    if (beyond || !this.#holder || this.#wanted.size >= MAX_ASKED) return;
    if (!this.#kept.has(index) && !this.#wanted.has(index)) this.#want(index);
  }

  #want(index: number): Wanted {
    const { promise: bytes, resolve, reject } = Promise.withResolvers<Buffer>();
    // Of what is fetched ahead nobody may wait.
    bytes.catch(() => undefined);
    const length = Math.min(CHUNK_BYTES, this.#options.bytes - index * CHUNK_BYTES);
    const wanted: Wanted = { index, length, since: performance.now(), asked: null, bytes, resolve, reject };
    this.#wanted.set(index, wanted);
    return wanted;
  }

  #ask(): void {
    if (!this.#holder) return;
    let owed = [...this.#wanted.values()].filter(({ asked }) => asked !== null).length;
    for (const wanted of this.#wanted.values()) {
      if (owed >= MAX_ASKED) return;
      if (wanted.asked) continue;
      this.#lastId = (this.#lastId + 1) % 0x1_0000_0000;
      wanted.asked = { id: this.#lastId, at: performance.now() };
      this.#holder.ask(this.#lastId, wanted.index * CHUNK_BYTES, wanted.length);
      owed += 1;
    }
  }

  #keep(index: number, bytes: Buffer): void {
    // A Map remembers the order of its entries: the first is the one that was used the longest ago.
    this.#kept.delete(index);
    this.#kept.set(index, bytes);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MAX_KEPT && !oldest.done) this.#kept.delete(oldest.value);
  }

  #drop(wanted: Wanted, why: string): void {
    this.#wanted.delete(wanted.index);
    wanted.reject(new Error(why));
  }

  #giveUp(wanted: Wanted): void {
    if (wanted.asked) this.#forgiven.add(wanted.asked.id);
    this.#drop(wanted, 'no page gave it in time');
  }

  #look(): void {
    const now = performance.now();
    const { answerMs } = this.#options;
    const holdMs = this.#hurries ? HURRY_HOLD_MS : this.#options.holdMs;
    let silent = false;
    for (const wanted of this.#wanted.values()) {
      if (now - wanted.since >= holdMs) this.#giveUp(wanted);
      else if (wanted.asked && now - wanted.asked.at >= answerMs) silent = true;
    }
    if (silent) this.#holder?.giveUp();
  }
}
