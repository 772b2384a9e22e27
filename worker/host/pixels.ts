/** A picture as it is on the screen: three bytes, red, green and blue, for each pixel, row by row. */
export interface Pixels {
  width: number;
  height: number;
  rgb: Buffer;
}

/** Of a screen that shows less than this share of pixels in another colour, nothing can be read: a cursor at most. */
const BLANK_SHARE = 1 / 1000;
const HEADER = /^P6\s(\d{1,5})\s(\d{1,5})\s255\s/;
const HEADER_BYTES = 32;

/** Reads the one form of PPM that QEMU writes (binary, 8 bits a colour); null for anything else. */
export function parsePpm(bytes: Buffer): Pixels | null {
  const header = HEADER.exec(bytes.toString('latin1', 0, HEADER_BYTES));
  if (!header) return null;
  const [width, height] = [Number(header[1]), Number(header[2])];
  const rgb = bytes.subarray(header[0].length);
  return width > 0 && height > 0 && rgb.length === width * height * 3 ? { width, height, rgb } : null;
}

/** Nothing is on the screen yet: all of it has the colour of its last corner, but for a cursor. */
export function isBlank({ width, height, rgb }: Pixels): boolean {
  const background = rgb.readUIntBE(rgb.length - 3, 3);
  const enough = width * height * BLANK_SHARE;
  let others = 0;
  for (let at = 0; at < rgb.length; at += 3) {
    if (rgb.readUIntBE(at, 3) === background) continue;
    others += 1;
    if (others > enough) return false;
  }
  return true;
}

/** Half as wide and half as high; each pixel is the mean of four. An odd last row or column is left out. */
export function halved(pixels: Pixels): Pixels {
  const width = Math.max(1, pixels.width >> 1);
  const height = Math.max(1, pixels.height >> 1);
  const rgb = Buffer.alloc(width * height * 3);
  const right = pixels.width > 1 ? 3 : 0;
  const down = pixels.height > 1 ? pixels.width * 3 : 0;
  const byte = (at: number) => pixels.rgb[at] ?? 0;
  for (let y = 0; y < height; y += 1) {
    for (let part = 0; part < width * 3; part += 1) {
      const from = y * 2 * pixels.width * 3 + Math.floor(part / 3) * 6 + (part % 3);
      const sum = byte(from) + byte(from + right) + byte(from + down) + byte(from + down + right);
      rgb[y * width * 3 + part] = (sum + 2) >> 2;
    }
  }
  return { width, height, rgb };
}
