import { type Entry, readEntries } from '../../recordings/entries.ts';
import type { RecordingView } from '../../recordings/survey-contract.ts';
import { fetchPart } from './api.ts';

/** What is held in memory: winding back needs no network then, for all but the longest recordings. */
const HELD_BYTES = 192 * 1024 * 1024;

interface Held {
  entries: Promise<Entry[]>;
  bytes: number;
}

/** The recording as the browser has it: parts are fetched when they are needed, and a little before. */
export class Reel {
  readonly #view: RecordingView;
  /** In the order in which they were last used. */
  readonly #held = new Map<number, Held>();

  constructor(view: RecordingView) {
    this.#view = view;
  }

  get length(): number {
    return this.#view.parts.length;
  }

  /** The entries of a part, the next one on its way. @throws Error with words for people */
  async part(index: number): Promise<readonly Entry[]> {
    const entries = this.#hold(index);
    if (index + 1 < this.length) this.#hold(index + 1).catch(() => undefined);
    return entries;
  }

  #hold(index: number): Promise<Entry[]> {
    const known = this.#held.get(index);
    if (known) {
      this.#held.delete(index);
      this.#held.set(index, known);
      return known.entries;
    }
    const part = this.#view.parts[index];
    if (!part) return Promise.resolve([]);
    const held: Held = { bytes: 0, entries: Promise.resolve([]) };
    held.entries = fetchPart(this.#view, part).then((bytes) => {
      held.bytes = bytes.length;
      return [...readEntries(bytes)];
    });
    // What did not come is asked for again.
    held.entries.catch(() => this.#held.delete(index));
    this.#held.set(index, held);
    this.#drop();
    return held.entries;
  }

  #drop(): void {
    let bytes = [...this.#held.values()].reduce((sum, held) => sum + held.bytes, 0);
    for (const [index, held] of this.#held) {
      if (bytes <= HELD_BYTES) return;
      this.#held.delete(index);
      bytes -= held.bytes;
    }
  }
}
