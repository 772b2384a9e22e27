import { isPress } from '../held-keys.ts';
import { readHead } from '../rfb-messages.ts';
import { type Entry, kinds } from './entries.ts';

const HANDSHAKE_BYTES = 14;
const LONGEST_HEAD = 9;
/** One mark of a kind in this time is enough to see when somebody was at work. */
const MARK_EVERY_MS = 1_000;

const SET_PIXEL_FORMAT = 0;
const SET_ENCODINGS = 2;
const POINTER = 5;

/**
 * What a recording keeps of the browser's side: how it wanted its pixels, and that somebody typed or pointed. Which
 * keys, where, and what was in a clipboard is left out: a recording must hold no password that was typed.
 */
export class ClientNotes {
  #handshakeSeen = 0;
  readonly #lastMark = new Map<number, number>();

  /** @param passed what went to the VM: whole messages, after the handshake, which may come in pieces */
  read(passed: Buffer, at: number): Entry[] {
    const handshake = Math.min(HANDSHAKE_BYTES - this.#handshakeSeen, passed.length);
    this.#handshakeSeen += handshake;
    const entries: Entry[] = [];
    for (let offset = handshake; offset < passed.length; ) {
      const message = readHead(passed.subarray(offset, offset + LONGEST_HEAD));
      if (message === null || message === 'unknown') break;
      const entry = this.#entryOf(passed.subarray(offset, offset + message.length), at);
      if (entry) entries.push(entry);
      offset += message.length;
    }
    return entries;
  }

  #entryOf(message: Buffer, at: number): Entry | null {
    if (message[0] === SET_PIXEL_FORMAT) return { kind: kinds.format, at, bytes: message };
    if (message[0] === SET_ENCODINGS) return { kind: kinds.encodings, at, bytes: message };
    // Pages let go of keys and speak of clipboards by themselves, which is no sign of a person.
    if (message[0] !== POINTER && !isPress(message)) return null;
    const kind = message[0] === POINTER ? kinds.pointer : kinds.key;
    if (at - (this.#lastMark.get(kind) ?? Number.NEGATIVE_INFINITY) < MARK_EVERY_MS) return null;
    this.#lastMark.set(kind, at);
    return { kind, at, bytes: new Uint8Array(0) };
  }
}
