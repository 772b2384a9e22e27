import { type FileHandle, open } from 'node:fs/promises';
import { XepaError } from '../../core/errors.ts';
import type { Keyring } from '../../core/keyring.ts';
import {
  type ChunkSeal,
  headBytes,
  MAX_CHUNK_BYTES,
  PREFIX_BYTES,
  parseHead,
  type RecordingHead,
  sealFor,
} from './container.ts';

/** Where a chunk stands. It is proven by opening it, so it may come from anywhere. */
export interface Place {
  index: number;
  offset: number;
}

export interface Chunk {
  plain: Buffer;
  next: Place;
}

/** A recording that is open for reading. */
export interface Reel {
  head: RecordingHead;
  first: Place;
  /** `end`: no whole chunk follows. `spoilt`: what follows is not what was written there. */
  read(place: Place): Promise<Chunk | 'end' | 'spoilt'>;
  close(): Promise<void>;
}

/** @throws XepaError not-found, bad-input, sealed-by-other-key */
export async function openReel(file: string, keyring: Keyring): Promise<Reel> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new XepaError('not-found', { message: 'no such recording', userMessage: gone, cause });
  });
  try {
    const { head, bytes } = await readHead(handle);
    const seal = sealFor(keyring, bytes, head);
    return {
      head,
      first: { index: 0, offset: bytes.length },
      read: (place) => readChunk(handle, seal, place),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** What the head of a file says, without any proof; null for another kind of file. */
export async function peekHead(file: string): Promise<RecordingHead | null> {
  const handle = await open(file, 'r');
  try {
    return (await readHead(handle)).head;
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

async function readHead(handle: FileHandle): Promise<{ head: RecordingHead; bytes: Buffer }> {
  const length = headBytes((await bytesAt(handle, 0, PREFIX_BYTES)) ?? Buffer.alloc(0));
  const bytes = length === null ? null : await bytesAt(handle, 0, length);
  const head = bytes && parseHead(bytes);
  if (!bytes || !head) {
    throw new XepaError('bad-input', {
      message: 'the head of a recording does not parse',
      userMessage: 'This recording cannot be read: its file is damaged.',
    });
  }
  return { head, bytes };
}

async function readChunk(handle: FileHandle, seal: ChunkSeal, place: Place): Promise<Chunk | 'end' | 'spoilt'> {
  const prefix = await bytesAt(handle, place.offset, 4);
  if (!prefix) return 'end';
  const length = prefix.readUInt32BE(0);
  if (length > MAX_CHUNK_BYTES) return 'spoilt';
  const sealed = await bytesAt(handle, place.offset + 4, length);
  if (!sealed) return 'end';
  const plain = seal.open(place.index, sealed);
  return plain ? { plain, next: { index: place.index + 1, offset: place.offset + 4 + length } } : 'spoilt';
}

/** Null when the file ends before. */
async function bytesAt(handle: FileHandle, offset: number, length: number): Promise<Buffer | null> {
  const buffer = Buffer.alloc(length);
  for (let have = 0; have < length; ) {
    const { bytesRead } = await handle.read(buffer, have, length - have, offset + have);
    if (bytesRead === 0) return null;
    have += bytesRead;
  }
  return buffer;
}

const gone = 'This recording is not there any more. It was deleted when its time was over, or its file was taken away.';
