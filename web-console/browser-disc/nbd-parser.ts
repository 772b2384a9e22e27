import { ByteQueue } from '../byte-queue.ts';
import { commands, errors, nbd } from './nbd-constants.ts';
import { type Heard, MAX_READ, type NbdExport, NbdHandshake } from './nbd-handshake.ts';

/** A read that is within the file and of a size that we answer. `cookie` goes back with the answer. */
export interface NbdRead {
  cookie: Buffer;
  offset: number;
  length: number;
}

/** What a client's bytes mean. `end`: it said goodbye, or something that we do not understand. */
export type NbdEvent = { send: Buffer } | { read: NbdRead } | { end: 'goodbye' | 'protocol' };

const REQUEST_BYTES = 28;
/** Bytes that come along with a write, which are dropped; nobody of ours sends more. */
const MAX_PAYLOAD = 32 * 1024 * 1024;

/**
 * One client's side of a conversation: bytes in, events out, no I/O. The client is QEMU on the device, and may be
 * anything.
 */
export class NbdParser {
  readonly #disc: NbdExport;
  readonly #bytes = new ByteQueue();
  readonly #handshake: NbdHandshake;
  #state: 'handshake' | 'transmission' | 'over' = 'handshake';
  /** Bytes of a write that are still to be dropped. */
  #unwanted = 0;

  constructor(disc: NbdExport) {
    this.#disc = disc;
    this.#handshake = new NbdHandshake(disc);
  }

  greeting(): Buffer {
    return this.#handshake.greeting();
  }

  /** The client may ask for bytes now. */
  get shaken(): boolean {
    return this.#state === 'transmission';
  }

  push(chunk: Buffer): NbdEvent[] {
    if (this.#state === 'over') return [];
    this.#bytes.append(chunk);
    const events: NbdEvent[] = [];
    for (let more = true; more; ) more = this.#step(events);
    return events;
  }

  /** @returns whether there may be more to take */
  #step(events: NbdEvent[]): boolean {
    if (this.#state === 'over') return false;
    return this.#state === 'handshake' ? this.#shake(events) : this.#request(events);
  }

  #shake(events: NbdEvent[]): boolean {
    const heard = this.#handshake.take(this.#bytes);
    for (const one of heard ?? []) this.#follow(one, events);
    return heard !== null;
  }

  #follow(one: Heard, events: NbdEvent[]): void {
    if ('send' in one) events.push(one);
    else if (one.next === 'transmission') this.#state = 'transmission';
    else if (one.next === 'close') this.#end('protocol', events);
  }

  #request(events: NbdEvent[]): boolean {
    if (this.#unwanted > 0) return this.#drop();
    if (this.#bytes.length < REQUEST_BYTES) return false;
    const head = this.#bytes.take(REQUEST_BYTES);
    if (head.readUInt32BE() !== nbd.requestMagic) return this.#end('protocol', events);
    const [type, length] = [head.readUInt16BE(6), head.readUInt32BE(24)];
    const cookie = head.subarray(8, 16);
    if (type === commands.disconnect) return this.#end('goodbye', events);
    if (type === commands.read) events.push(this.#readOf(head, cookie, length));
    else if (type === commands.flush) events.push({ send: replyHead(cookie, errors.none) });
    else if (type !== commands.write) events.push({ send: replyHead(cookie, errors.invalid) });
    else if (length > MAX_PAYLOAD) return this.#end('protocol', events);
    else {
      events.push({ send: replyHead(cookie, errors.notPermitted) });
      this.#unwanted = length;
    }
    return true;
  }

  #readOf(head: Buffer, cookie: Buffer, length: number): NbdEvent {
    const offset = head.readBigUInt64BE(16);
    const within = length > 0 && length <= MAX_READ && offset + BigInt(length) <= BigInt(this.#disc.bytes);
    // Flags ask for what we did not offer.
    if (!within || head.readUInt16BE(4) !== 0) return { send: replyHead(cookie, errors.invalid) };
    return { read: { cookie, offset: Number(offset), length } };
  }

  #drop(): boolean {
    const dropped = Math.min(this.#unwanted, this.#bytes.length);
    this.#bytes.take(dropped);
    this.#unwanted -= dropped;
    return dropped > 0;
  }

  #end(how: 'goodbye' | 'protocol', events: NbdEvent[]): false {
    this.#state = 'over';
    events.push({ end: how });
    return false;
  }
}

/** The beginning of an answer; the bytes of a read follow it. */
export function replyHead(cookie: Buffer, error: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(nbd.simpleReplyMagic);
  head.writeUInt32BE(error, 4);
  cookie.copy(head, 8);
  return head;
}
