import type { ConsoleRight } from '../core/contracts/console-right.ts';
import { ByteQueue } from './byte-queue.ts';
import { HeldKeys, isPress } from './held-keys.ts';
import { type ClientMessage, LONGEST_HEAD, readHead } from './rfb-messages.ts';

/** What of the client's bytes may go to the VM, and how many of its messages were a person's input. */
export interface Passed {
  bytes: Buffer;
  inputs: number;
  /** Somebody who may have the keyboard, and does not have it now, pressed a key or a button. */
  reached: boolean;
}

/** The client does not speak RFB as we accept it. */
export class RfbViolation extends Error {
  override readonly name = 'RfbViolation';
}

/** Longest message taken from a client, in bytes: refused when its head is read, not when it is complete. */
const MAX_MESSAGE = 256 * 1024;
/** RFB 3.3 lets the server choose the security type, which would shift every later offset. */
const versions = ['RFB 003.007\n', 'RFB 003.008\n'].map((text) => Buffer.from(text));
const VERSION_BYTES = 12;
const SECURITY_AT = 12;
const CLIENT_INIT_AT = 13;
const HANDSHAKE_BYTES = 14;
const NO_AUTHENTICATION = 1;
const SHARED = 1;

/**
 * Cuts a client's bytes into RFB messages, however they were fragmented, and lets through what the right allows.
 * What is not allowed is dropped and the stream goes on: with `view` the person only watches, whatever the browser sends.
 */
export class RfbSplitter {
  readonly #right: ConsoleRight;
  readonly #mayType: () => boolean;
  #handshakeSeen = 0;
  readonly #pending = new ByteQueue();
  readonly #held = new HeldKeys();

  /** @param mayType asked for each message: whether this person has the keyboard now */
  constructor(right: ConsoleRight, mayType: () => boolean = () => true) {
    this.#right = right;
    this.#mayType = mayType;
  }

  /** What lets go of every key and button that this client holds: for the VM, when its person may not type any more. */
  letGo(): Buffer {
    return this.#held.letGo();
  }

  /** The client has said all that it has to say before the first picture. */
  get shaken(): boolean {
    return this.#handshakeSeen === HANDSHAKE_BYTES;
  }

  /** @throws RfbViolation for anything that is not RFB as we accept it; the splitter is of no use afterwards */
  push(chunk: Buffer): Passed {
    const handshake = this.#takeHandshake(chunk);
    this.#pending.append(chunk.subarray(handshake.length));
    const pieces = [handshake];
    let inputs = 0;
    let reached = false;
    for (let message = this.#next(); message; message = this.#next()) {
      const bytes = this.#pending.take(message.length);
      if (!this.#allows(message)) {
        reached ||= this.#right === 'control' && isPress(bytes);
        continue;
      }
      pieces.push(bytes);
      this.#held.see(bytes);
      if (message.input) inputs += 1;
    }
    return { bytes: Buffer.concat(pieces), inputs, reached };
  }

  /** Checks the handshake byte by byte, so that it may arrive in any pieces. Every viewer becomes a shared one. */
  #takeHandshake(chunk: Buffer): Buffer {
    const part = Buffer.from(chunk.subarray(0, HANDSHAKE_BYTES - this.#handshakeSeen));
    for (const [index, byte] of part.entries()) {
      const at = this.#handshakeSeen + index;
      if (at < VERSION_BYTES && !versions.some((version) => version[at] === byte)) throw violation('RFB version');
      if (at === SECURITY_AT && byte !== NO_AUTHENTICATION) throw violation(`security type ${byte}`);
      if (at === CLIENT_INIT_AT) part[index] = SHARED;
    }
    this.#handshakeSeen += part.length;
    return part;
  }

  /** The message at the front once it is whole. */
  #next(): ClientMessage | null {
    const head = this.#pending.peek(LONGEST_HEAD);
    const message = readHead(head);
    if (message === 'unknown') throw violation(`message type ${head[0]}`);
    if (message !== null && message.length > MAX_MESSAGE) throw violation(`a message of ${message.length} bytes`);
    return message !== null && message.length <= this.#pending.length ? message : null;
  }

  #allows(message: ClientMessage): boolean {
    return !message.never && (message.harmless || (this.#right === 'control' && this.#mayType()));
  }
}

function violation(what: string): RfbViolation {
  return new RfbViolation(`not accepted from a client: ${what}`);
}
