import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { pngChunk, pngFile, pngSize } from '../../core/png.ts';
import { encodePng } from '../../worker/host/png-encode.ts';

const pixels = { width: 3, height: 2, rgb: Buffer.from(Array.from({ length: 18 }, (_, index) => index * 13)) };
let png: Buffer;

beforeAll(async () => {
  png = await encodePng(pixels);
});

function pngOf(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const data = Buffer.from('anything');
  return pngFile([pngChunk('IHDR', header), pngChunk('IDAT', data), pngChunk('IEND', Buffer.alloc(0))]);
}

describe('the size of a PNG', () => {
  it('is read from one that somebody else made', () => {
    // The smallest PNG there is: one transparent pixel, from the PNG test pages.
    const foreign = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    expect(pngSize(Buffer.from(foreign, 'base64'))).toEqual({ width: 1, height: 1 });
    expect(pngSize(png)).toEqual({ width: 3, height: 2 });
  });

  it.each([
    [4096, 4096, { width: 4096, height: 4096 }],
    [4097, 1, null],
    [1, 4097, null],
    [0, 1, null],
    [2 ** 31, 2 ** 31, null],
  ])('of %i by %i is %o', (width, height, size) => {
    expect(pngSize(pngOf(width, height))).toEqual(size);
  });

  it('is not told of a file that was cut, lengthened, or put together wrongly', () => {
    for (let length = 0; length < png.length; length += 1) expect(pngSize(png.subarray(0, length))).toBeNull();
    expect(pngSize(Buffer.concat([png, Buffer.from('<script>')]))).toBeNull();
    const end = pngChunk('IEND', Buffer.alloc(0));
    expect(pngSize(Buffer.concat([png, end]))).toBeNull();
    expect(pngSize(pngFile([pngChunk('IDAT', Buffer.alloc(1)), end]))).toBeNull();
    expect(pngSize(pngFile([pngChunk('IHDR', Buffer.alloc(12)), pngChunk('IDAT', Buffer.alloc(1)), end]))).toBeNull();
  });

  it('is not told of garbage, whatever it begins with', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 40 }), (garbage, kept) => {
        expect(pngSize(Buffer.from(garbage))).toBeNull();
        expect(pngSize(Buffer.concat([png.subarray(0, kept), garbage]))).toBeNull();
      }),
    );
  });

  it('is not told when a single bit was changed', () => {
    fc.assert(
      fc.property(fc.nat(png.length * 8 - 1), (bit) => {
        const changed = Buffer.from(png);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(pngSize(changed)).toBeNull();
      }),
    );
  });
});
