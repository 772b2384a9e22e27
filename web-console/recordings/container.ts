import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ConsoleRight } from '../../core/contracts/console-right.ts';
import { XepaError } from '../../core/errors.ts';
import { type Key, type Keyring, keyOf } from '../../core/keyring.ts';

/**
 * A recording's file: `XEPAREC1`, the length of the head (4 bytes), the head as JSON; then chunks, each with its length
 * (4 bytes). A chunk is sealed by AES-256-GCM under a key of this file alone, with its number as nonce, and the head's
 * hash and the number as associated data: no chunk can be changed, left out, moved or brought from another file without
 * being noticed. A file that was cut at the end of a chunk is one that ends early; the last entry of a whole one is an end.
 */
export const RecordingHead = z.object({
  v: z.literal(1),
  /** Id of the key of XEPA_SECRET that the file's own follows from, with this salt. */
  keyId: z.string(),
  salt: z.string(),
  install: z.string(),
  id: z.string(),
  /** Whose screen it was: Slack user id, their name then, and what they could do. */
  user: z.string(),
  name: z.string().optional(),
  right: ConsoleRight,
  /** Milliseconds since 1970; entries count from here. */
  startedAt: z.number(),
  /** How long it is kept after it was last written to. */
  keepMs: z.number(),
});
export type RecordingHead = z.infer<typeof RecordingHead>;

const MAGIC = Buffer.from('XEPAREC1');
const LENGTH_BYTES = 4;
const TAG_BYTES = 16;
const SALT_BYTES = 32;
const MAX_HEAD_BYTES = 16 * 1024;
/** The longest chunk that is read. */
export const MAX_CHUNK_BYTES = 4 * 1024 * 1024;
export const PREFIX_BYTES = MAGIC.length + LENGTH_BYTES;

/** Seals and opens the chunks of one file. */
export interface ChunkSeal {
  /** With its length in front. */
  seal(index: number, plain: Uint8Array): Buffer;
  /** Without its length. Null when it is not the chunk of that number of this file. */
  open(index: number, sealed: Buffer): Buffer | null;
}

/** A new file: what it begins with, and its seal. */
export function newContainer(
  keyring: Keyring,
  about: Omit<RecordingHead, 'v' | 'keyId' | 'salt'>,
): { head: Buffer; seal: ChunkSeal } {
  const [key] = keyring;
  const salt = randomBytes(SALT_BYTES).toString('base64url');
  const json = Buffer.from(JSON.stringify({ v: 1, keyId: key.id, salt, ...about } satisfies RecordingHead));
  const head = Buffer.concat([MAGIC, lengthOf(json), json]);
  return { head, seal: sealOf(key, salt, head) };
}

/** How long the whole head is, by its first bytes; null for another kind of file. */
export function headBytes(prefix: Buffer): number | null {
  if (prefix.length < PREFIX_BYTES || !prefix.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const length = prefix.readUInt32BE(MAGIC.length);
  return length <= MAX_HEAD_BYTES ? PREFIX_BYTES + length : null;
}

/** What a head says, whoever wrote it: only an opened chunk proves it. Null for another kind of file. */
export function parseHead(head: Buffer): RecordingHead | null {
  try {
    return RecordingHead.parse(JSON.parse(head.subarray(PREFIX_BYTES).toString()));
  } catch {
    return null;
  }
}

/** The seal of a file that exists. @throws XepaError sealed-by-other-key when its secret was rotated out */
export function sealFor(keyring: Keyring, head: Buffer, { keyId, salt }: RecordingHead): ChunkSeal {
  const key = keyOf(keyring, keyId);
  if (key) return sealOf(key, salt, head);
  throw new XepaError('sealed-by-other-key', {
    message: `a recording was made under key ${keyId.slice(0, 20)}`,
    userMessage:
      'This recording was made under an older XEPA_SECRET. Set XEPA_SECRET_PREVIOUS to that one to play it again.',
  });
}

function sealOf(key: Key, salt: string, head: Buffer): ChunkSeal {
  const fileKey = Buffer.from(hkdfSync('sha256', key.record, Buffer.from(salt, 'base64url'), 'chunk', 32));
  const headHash = createHash('sha256').update(head).digest();
  const place = (index: number) => {
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(BigInt(index), 4);
    return { nonce, data: Buffer.concat([headHash, nonce]) };
  };
  return {
    seal(index, plain) {
      const { nonce, data } = place(index);
      const cipher = createCipheriv('aes-256-gcm', fileKey, nonce).setAAD(data);
      const body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      return Buffer.concat([lengthOf(body), body]);
    },
    open(index, sealed) {
      if (sealed.length < TAG_BYTES) return null;
      const { nonce, data } = place(index);
      const decipher = createDecipheriv('aes-256-gcm', fileKey, nonce).setAAD(data);
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(bytes.length);
  return length;
}
