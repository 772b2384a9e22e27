import type { ByteQueue } from '../byte-queue.ts';
import { exportFlags, handshakeFlags, infoTypes, nbd, optionReplies, options } from './nbd-constants.ts';

/** What is served: one read-only file. */
export interface NbdExport {
  name: string;
  bytes: number;
}

/** What the other side said, and what follows from it. */
export type Heard = { send: Buffer } | { next: 'go on' | 'transmission' | 'close' };

/** Bytes of the largest read that is answered; the other side is told. */
export const MAX_READ = 1024 * 1024;
const PREFERRED_READ = 64 * 1024;
/** Names have 4,096 bytes at most; nothing longer makes sense. */
const MAX_OPTION = 8 * 1024;
/** A client needs two or three. */
const MAX_OPTIONS = 32;
const OPTION_HEAD = 16;
const ZEROES = 124;

/** The fixed newstyle handshake, from the server's side. Bytes in, answers out. */
export class NbdHandshake {
  readonly #disc: NbdExport;
  #clientFlags: number | null = null;
  #options = 0;

  constructor(disc: NbdExport) {
    this.#disc = disc;
  }

  /** The server speaks first. */
  greeting(): Buffer {
    const flags = Buffer.alloc(2);
    flags.writeUInt16BE(handshakeFlags.fixedNewstyle | handshakeFlags.noZeroes);
    return Buffer.concat([nbd.magic, nbd.haveOption, flags]);
  }

  /** Takes one message from the front, where a whole one is there; null where it is not. */
  take(bytes: ByteQueue): Heard[] | null {
    return this.#clientFlags === null ? this.#takeFlags(bytes) : this.#takeOption(bytes, this.#clientFlags);
  }

  #takeFlags(bytes: ByteQueue): Heard[] | null {
    if (bytes.length < 4) return null;
    const flags = bytes.take(4).readUInt32BE();
    this.#clientFlags = flags;
    const known = handshakeFlags.fixedNewstyle | handshakeFlags.noZeroes;
    const lawful = (flags & handshakeFlags.fixedNewstyle) !== 0 && (flags & ~known) === 0;
    return [{ next: lawful ? 'go on' : 'close' }];
  }

  #takeOption(bytes: ByteQueue, clientFlags: number): Heard[] | null {
    if (bytes.length < OPTION_HEAD) return null;
    const head = bytes.peek(OPTION_HEAD);
    const [option, length] = [head.readUInt32BE(8), head.readUInt32BE(12)];
    this.#options += 1;
    const lawful = head.subarray(0, 8).equals(nbd.haveOption) && length <= MAX_OPTION && this.#options <= MAX_OPTIONS;
    if (!lawful) return [{ next: 'close' }];
    if (bytes.length < OPTION_HEAD + length) {
      this.#options -= 1;
      return null;
    }
    const data = bytes.take(OPTION_HEAD + length).subarray(OPTION_HEAD);
    if (option === options.exportName) return this.#exportName(data, clientFlags);
    if (option === options.abort) return [{ send: reply(option, optionReplies.ack) }, { next: 'close' }];
    if (option === options.info || option === options.go) return this.#describe(option, data);
    return [{ send: reply(option, optionReplies.unsupported) }, { next: 'go on' }];
  }

  /** The old way in, without a way to say no. */
  #exportName(data: Buffer, clientFlags: number): Heard[] {
    if (data.toString() !== this.#disc.name) return [{ next: 'close' }];
    const zeroes = (clientFlags & handshakeFlags.noZeroes) === 0 ? ZEROES : 0;
    return [{ send: Buffer.concat([this.#size(), Buffer.alloc(zeroes)]) }, { next: 'transmission' }];
  }

  #describe(option: number, data: Buffer): Heard[] {
    const name = nameIn(data);
    if (name === null) return [{ send: reply(option, optionReplies.invalid) }, { next: 'go on' }];
    if (name !== this.#disc.name) return [{ send: reply(option, optionReplies.unknown) }, { next: 'go on' }];
    const size = Buffer.concat([uint16(infoTypes.export), this.#size()]);
    const blocks = Buffer.concat([uint16(infoTypes.blockSize), uint32(1), uint32(PREFERRED_READ), uint32(MAX_READ)]);
    return [
      { send: reply(option, optionReplies.info, size) },
      { send: reply(option, optionReplies.info, blocks) },
      { send: reply(option, optionReplies.ack) },
      { next: option === options.go ? 'transmission' : 'go on' },
    ];
  }

  #size(): Buffer {
    const size = Buffer.alloc(10);
    size.writeBigUInt64BE(BigInt(this.#disc.bytes));
    size.writeUInt16BE(exportFlags.hasFlags | exportFlags.readOnly | exportFlags.sendFlush, 8);
    return size;
  }
}

/** Length and name, then a count of wished-for pieces of information, which are given all the same. */
function nameIn(data: Buffer): string | null {
  if (data.length < 6) return null;
  const length = data.readUInt32BE();
  if (data.length < 6 + length) return null;
  const wishes = data.readUInt16BE(4 + length);
  return data.length === 6 + length + 2 * wishes ? data.toString('utf8', 4, 4 + length) : null;
}

function reply(option: number, type: number, data: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([nbd.optionReplyMagic, uint32(option), uint32(type), uint32(data.length), data]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
