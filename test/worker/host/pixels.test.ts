import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halved, isBlank, type Pixels, parsePpm } from '../../../worker/host/pixels.ts';
import { ppmOf } from '../../fakes/model-screen.ts';

function screen(width: number, height: number, lit: (x: number, y: number) => boolean): Pixels {
  const pixels = parsePpm(ppmOf(width, height, lit));
  if (!pixels) throw new Error('no screen');
  return pixels;
}

describe('parsePpm', () => {
  it('reads what QEMU writes', () => {
    const bytes = Buffer.concat([Buffer.from('P6\n2 1\n255\n'), Buffer.from([1, 2, 3, 4, 5, 6])]);
    expect(parsePpm(bytes)).toEqual({ width: 2, height: 1, rgb: Buffer.from([1, 2, 3, 4, 5, 6]) });
  });

  it.each([
    ['a text form', 'P3\n1 1\n255\n1 2 3'],
    ['16 bits a colour', 'P6\n1 1\n65535\nabcdef'],
    ['a row too few', 'P6\n1 2\n255\nabc'],
    ['a byte too many', 'P6\n1 1\n255\nabcd'],
    ['no pixel', 'P6\n0 0\n255\n'],
    ['a side beyond all screens', 'P6\n999999 1\n255\nabc'],
    ['a comment', 'P6\n# hello\n1 1\n255\nabc'],
  ])('does not take %s', (_what, text) => {
    expect(parsePpm(Buffer.from(text))).toBeNull();
  });

  it('bears any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom('', 'P6\n', 'P6\n1 1\n255\n'), (bytes, start) => {
        const pixels = parsePpm(Buffer.concat([Buffer.from(start), bytes]));
        if (pixels) expect(pixels.rgb.length).toBe(pixels.width * pixels.height * 3);
      }),
    );
  });
});

describe('isBlank', () => {
  it('is true of one colour, and of a cursor on it, wherever it stands', () => {
    expect(isBlank(screen(720, 400, () => false))).toBe(true);
    expect(isBlank(screen(720, 400, () => true))).toBe(true);
    expect(isBlank(screen(720, 400, (x, y) => x < 9 && y < 16))).toBe(true);
    expect(isBlank(screen(720, 400, (x, y) => x < 9 && y >= 384 && y < 399))).toBe(true);
  });

  it('is false once a line of text is there', () => {
    expect(isBlank(screen(720, 400, (x, y) => y < 16 && x < 200 && (x + y) % 3 === 0))).toBe(false);
  });
});

describe('halved', () => {
  it('takes the mean of four pixels', () => {
    const rgb = Buffer.from([0, 0, 0, 100, 0, 8, 100, 0, 8, 200, 4, 16]);
    expect(halved({ width: 2, height: 2, rgb })).toEqual({ width: 1, height: 1, rgb: Buffer.from([100, 1, 8]) });
  });

  it('makes a screen of any size smaller down to one pixel, and keeps a plain one plain', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (width, height) => {
        const half = halved({ width, height, rgb: Buffer.alloc(width * height * 3, 77) });
        expect([half.width, half.height]).toEqual([Math.max(1, width >> 1), Math.max(1, height >> 1)]);
        expect(half.rgb).toEqual(Buffer.alloc(half.width * half.height * 3, 77));
      }),
    );
  });
});
