import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** SHA-256 of a file as it is read: the browser's own takes whole files only, and these are larger than memory. */
export interface Digest {
  /** Reads on to there, behind what was asked for before. @throws DOMException when the file cannot be read any more */
  readTo(end: number): Promise<void>;
  /** Of the whole file, in hexadecimal; reads what is left. */
  finish(): Promise<string>;
}

/** So little at a time that the page stays lively. */
const SLICE_BYTES = 1024 * 1024;

export function digestOf(file: Blob): Digest {
  const hash = sha256.create();
  let at = 0;
  let reading: Promise<void> = Promise.resolve();

  async function read(end: number): Promise<void> {
    while (at < end) {
      const next = Math.min(at + SLICE_BYTES, end);
      hash.update(new Uint8Array(await file.slice(at, next).arrayBuffer()));
      at = next;
    }
  }

  const readTo = (end: number) => {
    reading = reading.then(() => read(end));
    return reading;
  };
  return {
    readTo,
    async finish() {
      await readTo(file.size);
      return bytesToHex(hash.digest());
    },
  };
}

/** Enough to tell two files of one name, size and time apart, which is rare; both ends of an ISO differ soon. */
const END_BYTES = 1024 * 1024;

/** By it a file is known again that is chosen once more. @throws DOMException when it cannot be read */
export async function keyOf(file: File): Promise<string> {
  const note = new TextEncoder().encode(JSON.stringify([file.name, file.size, file.lastModified]));
  const ends = [file.slice(0, END_BYTES), file.slice(Math.max(0, file.size - END_BYTES))];
  const hash = sha256.create().update(note);
  for (const end of ends) hash.update(new Uint8Array(await end.arrayBuffer()));
  return bytesToHex(hash.digest());
}
