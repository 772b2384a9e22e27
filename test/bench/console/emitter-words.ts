/**
 * What the emitter is told: an RFB FramebufferUpdateRequest, which is all that our gateway lets through, with numbers
 * of our own in its fields. The answer is that many bytes of no meaning.
 */
export interface Wish {
  /** Bytes of the answer. */
  bytes: number;
  /** Bytes of each write: QEMU writes an update in pieces. At most 65,535. */
  write: number;
}

export const WISH_BYTES = 10;
const UPDATE_REQUEST = 3;

export function encodeWish(wish: Wish): Buffer {
  const request = Buffer.alloc(WISH_BYTES);
  request[0] = UPDATE_REQUEST;
  request.writeUInt32BE(wish.bytes, 2);
  request.writeUInt16BE(wish.write, 6);
  return request;
}

export function decodeWish(request: Buffer): Wish {
  return { bytes: request.readUInt32BE(2), write: request.readUInt16BE(6) };
}

/** What a VNC server says first, and what its client answers: version, no authentication, a shared screen. */
export const banner = Buffer.from('RFB 003.008\n');
export const greeting = Buffer.concat([banner, Buffer.from([1, 1])]);
