import { crc32 } from 'node:zlib';

/** Wider or higher pictures are no screens. */
export const MAX_SIDE = 4096;

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Around the data of a chunk: its length and name before, its checksum behind. */
const CHUNK_FRAME = 12;

/**
 * Width and height of a PNG in pixels; null for bytes that are not one whole PNG with sides from 1 to 4096.
 * Only the frame is read (PNG specification, 5.2 to 5.6 and 11.2.1), no pixel is decoded.
 */
export function pngSize(bytes: Buffer): { width: number; height: number } | null {
  if (!bytes.subarray(0, signature.length).equals(signature)) return null;
  const names: string[] = [];
  let at = signature.length;
  while (at < bytes.length) {
    const chunk = chunkAt(bytes, at);
    if (!chunk || names.at(-1) === 'IEND') return null;
    names.push(chunk.name);
    at = chunk.end;
  }
  const whole = names[0] === 'IHDR' && names.includes('IDAT') && names.at(-1) === 'IEND';
  return whole ? sidesIn(bytes) : null;
}

/** One chunk as it stands in a file: length, name, data, checksum. */
export function pngChunk(name: 'IHDR' | 'IDAT' | 'IEND', data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), named, uint32(crc32(named))]);
}

/** A PNG of these chunks. */
export function pngFile(chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([signature, ...chunks]);
}

function chunkAt(bytes: Buffer, at: number): { name: string; end: number } | null {
  if (bytes.length - at < CHUNK_FRAME) return null;
  const end = at + CHUNK_FRAME + bytes.readUInt32BE(at);
  if (end > bytes.length) return null;
  if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return null;
  return { name: bytes.toString('latin1', at + 4, at + 8), end };
}

/** IHDR is the first chunk and always 13 bytes long. */
function sidesIn(bytes: Buffer): { width: number; height: number } | null {
  if (bytes.readUInt32BE(signature.length) !== 13) return null;
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const isSide = (side: number) => side >= 1 && side <= MAX_SIDE;
  return isSide(width) && isSide(height) ? { width, height } : null;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
