/** A picture as it is, three bytes a pixel. */
export interface Pixels {
  width: number;
  height: number;
  rgb: Buffer;
}

/** A PPM as QEMU's `screendump` writes it (P6, 8 bits a colour). */
export function readPpm(file: Buffer): Pixels {
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(file.subarray(0, 64).toString('latin1'));
  if (!head) throw new Error('this is no PPM of 8 bits a colour');
  const [width, height] = [Number(head[1]), Number(head[2])];
  return { width, height, rgb: file.subarray(head[0].length, head[0].length + width * height * 3) };
}

const [HEADER_SIZE, WIDTH, HEIGHT, BYTE_ORDER, BITS_PER_PIXEL, BYTES_PER_LINE, COLOURS] = [0, 4, 5, 7, 11, 12, 19];
const COLOUR_BYTES = 12;

/** The upper left corner of an X screen, out of the file that Xvfb keeps with -fbdir (X11/XWDFile.h). */
export function readXwd(file: Buffer, corner: { width: number; height: number }): Pixels {
  const field = (at: number) => file.readUInt32BE(at * 4);
  if (field(BITS_PER_PIXEL) !== 32 || field(BYTE_ORDER) !== 0)
    throw new Error('this reader knows 32 bits a pixel only');
  const width = Math.min(corner.width, field(WIDTH));
  const height = Math.min(corner.height, field(HEIGHT));
  const start = field(HEADER_SIZE) + field(COLOURS) * COLOUR_BYTES;
  const rgb = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = start + y * field(BYTES_PER_LINE) + x * 4;
      for (let colour = 0; colour < 3; colour += 1) rgb[(y * width + x) * 3 + colour] = file[from + 2 - colour] ?? 0;
    }
  }
  return { width, height, rgb };
}

/** True when the picture has the other one in it somewhere, to the last bit. */
export function holds(picture: Pixels, part: Pixels): boolean {
  const rowOf = ({ rgb, width }: Pixels, y: number, x: number, count: number) =>
    rgb.subarray((y * width + x) * 3, (y * width + x + count) * 3);
  const standsAt = (left: number, top: number) => {
    for (let y = 0; y < part.height; y += 1) {
      if (!rowOf(picture, top + y, left, part.width).equals(rowOf(part, y, 0, part.width))) return false;
    }
    return true;
  };
  for (let top = 0; top <= picture.height - part.height; top += 1) {
    for (let left = 0; left <= picture.width - part.width; left += 1) if (standsAt(left, top)) return true;
  }
  return false;
}
