/** What a recording is made of. The page reads the same bytes as the server, so nothing here is Node's. */

export const kinds = {
  /** The VM's bytes as they went to the browser: RFB from the very first. */
  screen: 1,
  /** The client's SetPixelFormat and SetEncodings, whole: what the VM's bytes are written in. */
  format: 2,
  encodings: 3,
  /** A key was pressed, or the mouse moved or clicked. Never which or where: a password would be in it. */
  key: 4,
  pointer: 5,
  /** One byte: 1 when the person has the keyboard from here on, else 0. */
  keyboard: 6,
  /** The last one, with the reason as UTF-8. */
  end: 7,
} as const;

/** Something that happened `at` milliseconds after the beginning. */
export interface Entry {
  kind: number;
  at: number;
  bytes: Uint8Array;
}

/** Kind (1), milliseconds (4), length (4); big-endian. */
export const HEAD_BYTES = 9;

export function writeEntry({ kind, at, bytes }: Entry): Uint8Array {
  const written = new Uint8Array(HEAD_BYTES + bytes.length);
  const view = new DataView(written.buffer);
  view.setUint8(0, kind);
  view.setUint32(1, at);
  view.setUint32(5, bytes.length);
  written.set(bytes, HEAD_BYTES);
  return written;
}

/** @throws RangeError for bytes that do not end with an entry's end; kinds that are not known are given all the same */
export function* readEntries(bytes: Uint8Array): Generator<Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < bytes.length; ) {
    const length = view.getUint32(offset + 5);
    const from = offset + HEAD_BYTES;
    if (from + length > bytes.length) throw new RangeError('an entry is longer than what holds it');
    yield { kind: view.getUint8(offset), at: view.getUint32(offset + 1), bytes: bytes.subarray(from, from + length) };
    offset = from + length;
  }
}
