import type { Clock } from '../../core/clock.ts';
import type { ByteBudget } from './byte-budget.ts';
import { ClientNotes } from './client-notes.ts';
import type { ChunkSeal } from './container.ts';
import { type Entry, kinds, writeEntry } from './entries.ts';
import type { Sink } from './sink.ts';

/** What a pipe tells its recording. Nothing of it waits. */
export interface Tape {
  /** What the VM said to the browser. */
  screen(bytes: Buffer): void;
  /** What of the browser's bytes went to the VM. */
  client(passed: Buffer): void;
  /** Once a second. */
  tick(hasKeyboard: boolean): void;
  /** Nothing follows; the first reason counts. */
  end(reason: string): void;
  /** From here on `failed` is called, once, when the recording cannot go on; at once when that has happened already. */
  watch(failed: () => void): void;
}

export interface TapeOptions {
  sink: Sink;
  seal: ChunkSeal;
  clock: Clock;
  startedAt: number;
  /** Shared by all tapes of the process. */
  budget: ByteBudget;
  /** How far it is, each few seconds. */
  onProgress(bytes: number): void;
  /** Called once, when everything is on the disk, or could not be. */
  onDone(done: { bytes: number; reason: string; failure: unknown }): unknown;
}

/** A chunk is sealed when it has this many bytes, or is a second old. */
const CHUNK_BYTES = 64 * 1024;
/** Longer pieces are divided. */
const PIECE_BYTES = 256 * 1024;
const PROGRESS_EVERY_TICKS = 10;

/**
 * Writes a recording beside a screen that does not wait for it. What is not on the disk yet is held in memory, within a
 * budget; when that is spent or the disk fails, the recording ends and says so, and whoever is recorded must not go on.
 */
export class SealedTape implements Tape {
  readonly #options: TapeOptions;
  readonly #notes = new ClientNotes();
  #chunk: Uint8Array[] = [];
  #chunkBytes = 0;
  #index = 0;
  #written = 0;
  #ticks = 0;
  #hadKeyboard: boolean | null = null;
  #ended: string | null = null;
  #at = 0;
  #failure: unknown = null;
  #onFail: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: TapeOptions) {
    this.#options = options;
  }

  screen(bytes: Buffer): void {
    const at = this.#now();
    for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
      this.#add({ kind: kinds.screen, at, bytes: bytes.subarray(from, from + PIECE_BYTES) });
    }
  }

  client(passed: Buffer): void {
    for (const entry of this.#notes.read(passed, this.#now())) this.#add(entry);
  }

  tick(hasKeyboard: boolean): void {
    if (hasKeyboard !== this.#hadKeyboard) {
      this.#hadKeyboard = hasKeyboard;
      this.#add({ kind: kinds.keyboard, at: this.#now(), bytes: Uint8Array.of(hasKeyboard ? 1 : 0) });
    }
    this.#flush();
    this.#ticks += 1;
    if (this.#ticks % PROGRESS_EVERY_TICKS === 0 && this.#ended === null) this.#options.onProgress(this.#written);
  }

  watch(failed: () => void): void {
    if (this.#failure !== null) failed();
    else this.#onFail = failed;
  }

  end(reason: string): void {
    if (this.#ended !== null) return;
    this.#add({ kind: kinds.end, at: this.#now(), bytes: Buffer.from(reason) });
    this.#ended = reason;
    this.#flush();
    void this.#writing.then(() => this.#close(reason));
  }

  async #close(reason: string): Promise<void> {
    const { sink, onDone } = this.#options;
    await sink.close().catch((error: unknown) => {
      this.#failure ??= error;
    });
    onDone({ bytes: this.#written, reason, failure: this.#failure });
  }

  #add(entry: Entry): void {
    if (this.#ended !== null || this.#failure !== null) return;
    const bytes = writeEntry(entry);
    if (!this.#options.budget.take(bytes.length)) {
      this.#fail(new Error('the disk does not keep up'));
      return;
    }
    this.#chunk.push(bytes);
    this.#chunkBytes += bytes.length;
    if (this.#chunkBytes >= CHUNK_BYTES) this.#flush();
  }

  #flush(): void {
    if (this.#chunkBytes === 0) return;
    const { seal, budget } = this.#options;
    const plainBytes = this.#chunkBytes;
    const sealed = seal.seal(this.#index, Buffer.concat(this.#chunk));
    this.#index += 1;
    this.#chunk = [];
    this.#chunkBytes = 0;
    this.#writing = this.#writing.then(() => this.#write(sealed)).finally(() => budget.give(plainBytes));
  }

  /** After a failure nothing is written: a chunk behind a broken one could not be read anyhow. */
  async #write(sealed: Buffer): Promise<void> {
    if (this.#failure !== null) return;
    try {
      await this.#options.sink.append(sealed);
      this.#written += sealed.length;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#onFail?.();
  }

  /** A clock that is set back does not turn the recording back. */
  #now(): number {
    this.#at = Math.max(this.#at, this.#options.clock.now() - this.#options.startedAt);
    return this.#at;
  }
}
