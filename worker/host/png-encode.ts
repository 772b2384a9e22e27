import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { MAX_SIDE, pngChunk, pngFile } from '../../core/png.ts';
import { halved, type Pixels } from './pixels.ts';

const compress = promisify(deflate);
const BITS = 8;
const TRUECOLOUR = 2;
/** Each byte as the difference from the one above: a screen has large areas and straight edges. */
const FILTER_UP = 2;

/** The pixels as a PNG (PNG specification, 11.2): 8 bits a colour, no transparency. Compresses off the main thread. */
export async function encodePng({ width, height, rgb }: Pixels): Promise<Buffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([BITS, TRUECOLOUR], 8);
  const data = await compress(filtered(width * 3, height, rgb));
  return pngFile([pngChunk('IHDR', header), pngChunk('IDAT', data), pngChunk('IEND', Buffer.alloc(0))]);
}

/** The same within `maxBytes`, which must leave room for one pixel: a picture that does not fit is halved until it does. */
export async function encodePngWithin(pixels: Pixels, maxBytes: number): Promise<Buffer> {
  const longer = Math.max(pixels.width, pixels.height);
  const png = longer <= MAX_SIDE ? await encodePng(pixels) : null;
  return png && (png.length <= maxBytes || longer === 1) ? png : encodePngWithin(halved(pixels), maxBytes);
}

function filtered(rowBytes: number, rows: number, rgb: Buffer): Buffer {
  const out = Buffer.alloc((rowBytes + 1) * rows);
  for (let row = 0; row < rows; row += 1) {
    const to = row * (rowBytes + 1);
    const from = row * rowBytes;
    out[to] = FILTER_UP;
    for (let x = 0; x < rowBytes; x += 1) {
      const above = row === 0 ? 0 : (rgb[from - rowBytes + x] ?? 0);
      out[to + 1 + x] = ((rgb[from + x] ?? 0) - above) & 0xff;
    }
  }
  return out;
}
