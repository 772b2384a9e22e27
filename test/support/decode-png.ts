import { inflateSync } from 'node:zlib';

/** The pixels of a PNG of 8 bits a colour without transparency, read by the book (PNG specification, 5 and 9). */
export function decodePng(png: Buffer): { width: number; height: number; rgb: Buffer } {
  const chunks: { name: string; data: Buffer }[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ name: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  const header = chunks.find(({ name }) => name === 'IHDR')?.data ?? Buffer.alloc(13);
  if (header[8] !== 8 || header[9] !== 2) throw new Error('this reader knows RGB of 8 bits only');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const raw = inflateSync(Buffer.concat(chunks.filter(({ name }) => name === 'IDAT').map(({ data }) => data)));
  return { width, height, rgb: unfiltered(raw, width * 3, height) };
}

function unfiltered(raw: Buffer, rowBytes: number, rows: number): Buffer {
  const out = Buffer.alloc(rowBytes * rows);
  const done = (row: number, x: number) => (row < 0 || x < 0 ? 0 : (out[row * rowBytes + x] ?? 0));
  for (let row = 0; row < rows; row += 1) {
    const from = row * (rowBytes + 1);
    for (let x = 0; x < rowBytes; x += 1) {
      const guess = guessOf(raw[from], { left: done(row, x - 3), up: done(row - 1, x), corner: done(row - 1, x - 3) });
      out[row * rowBytes + x] = (raw[from + 1 + x] ?? 0) + guess;
    }
  }
  return out;
}

function guessOf(filter: number | undefined, near: { left: number; up: number; corner: number }): number {
  const { left, up, corner } = near;
  const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? -1];
  if (guess === undefined) throw new Error(`there is no filter ${filter}`);
  return guess;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const byDistance = [left, up, corner].toSorted((a, b) => Math.abs(estimate - a) - Math.abs(estimate - b));
  return byDistance[0] ?? 0;
}
