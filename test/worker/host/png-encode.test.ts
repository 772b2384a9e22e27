import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pngSize } from '../../../core/png.ts';
import { encodePng, encodePngWithin } from '../../../worker/host/png-encode.ts';
import { decodePng } from '../../support/decode-png.ts';

describe('encodePng', () => {
  it('gives every pixel back to another reader', async () => {
    const side = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(side, side, fc.infiniteStream(fc.nat(255)), async (width, height, bytes) => {
        const rgb = Buffer.from([...bytes.take(width * height * 3)]);
        const png = await encodePng({ width, height, rgb });
        expect(pngSize(png)).toEqual({ width, height });
        expect(decodePng(png)).toEqual({ width, height, rgb });
      }),
      { numRuns: 50 },
    );
  });

  it('makes little of a screen of text', async () => {
    const rgb = Buffer.alloc(1280 * 800 * 3);
    for (let at = 0; at < 60_000; at += 7) rgb[at * 3] = 0xff;
    expect((await encodePng({ width: 1280, height: 800, rgb })).length).toBeLessThan(40_000);
  });
});

describe('encodePngWithin', () => {
  it('halves a picture of noise until it fits', async () => {
    const noise = { width: 128, height: 128, rgb: randomBytes(128 * 128 * 3) };
    const png = await encodePngWithin(noise, 20_000);
    expect(png.length).toBeLessThanOrEqual(20_000);
    expect(pngSize(png)).toEqual({ width: 64, height: 64 });
  });

  it('halves one with sides that no picture may have, and ends even when nothing fits', async () => {
    const long = { width: 10_000, height: 2, rgb: Buffer.alloc(60_000) };
    expect(pngSize(await encodePngWithin(long, 100_000))).toEqual({ width: 2500, height: 1 });
    expect(pngSize(await encodePngWithin(long, 1))).toEqual({ width: 1, height: 1 });
  });
});
