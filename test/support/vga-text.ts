import { readFile } from 'node:fs/promises';
import type { Pixels } from './pixels.ts';

/** What the firmware of QEMU's VGA card draws letters with; of Debian's package `seabios`. */
const FIRMWARE = '/usr/share/seabios/vgabios-stdvga.bin';
const [CELL_WIDTH, CELL_HEIGHT, DRAWN_WIDTH] = [9, 16, 8];
const [FIRST, LAST] = [0x20, 0x7e];
const LETTER_A = Buffer.from('000010386cc6c6fec6c6c6c600000000', 'hex');
/** Lines of a cell that Linux's cursor fills. */
const CURSOR = [13, 14];

/** How each character looks: its lines of eight dots in hexadecimal → the character. */
export type VgaFont = ReadonlyMap<string, string>;

export async function vgaFont(): Promise<VgaFont> {
  const firmware = await readFile(FIRMWARE);
  const start = firmware.indexOf(LETTER_A) - 'A'.charCodeAt(0) * CELL_HEIGHT;
  if (start < 0) throw new Error(`${FIRMWARE} has no font of 16 lines`);
  const looks = new Map<string, string>();
  for (let code = FIRST; code <= LAST; code += 1) {
    const lines = Buffer.from(firmware.subarray(start + code * CELL_HEIGHT, start + (code + 1) * CELL_HEIGHT));
    looks.set(lines.toString('hex'), String.fromCharCode(code));
    for (const line of CURSOR) lines[line] = 0xff;
    looks.set(lines.toString('hex'), String.fromCharCode(code));
  }
  return looks;
}

/**
 * What a screen in text mode says, line by line, whatever its colours: each cell is compared dot by dot. What is no
 * ASCII character is a dot in the middle of its line; a picture that is not in text mode says nothing.
 */
export function readVgaText(picture: Pixels, font: VgaFont): string {
  if (picture.width % CELL_WIDTH !== 0 || picture.height % CELL_HEIGHT !== 0) return '';
  const lines: string[] = [];
  for (let top = 0; top < picture.height; top += CELL_HEIGHT) {
    let line = '';
    for (let left = 0; left < picture.width; left += CELL_WIDTH) line += characterAt(picture, font, { left, top });
    lines.push(line.trimEnd());
  }
  return lines.join('\n').trimEnd();
}

function characterAt({ rgb, width }: Pixels, font: VgaFont, { left, top }: { left: number; top: number }): string {
  const dot = (x: number, y: number) => rgb.readUIntBE(((top + y) * width + left + x) * 3, 3);
  const paper = dot(0, 0);
  const lines = Buffer.alloc(CELL_HEIGHT);
  for (let y = 0; y < CELL_HEIGHT; y += 1) {
    for (let x = 0; x < DRAWN_WIDTH; x += 1) if (dot(x, y) !== paper) lines[y] = (lines[y] ?? 0) | (0x80 >> x);
  }
  // The first dot is ink in no letter that matters, but in some: then all is the other way round.
  return font.get(lines.toString('hex')) ?? font.get(inverted(lines).toString('hex')) ?? '·';
}

function inverted(lines: Buffer): Buffer {
  return lines.map((line) => line ^ 0xff) as Buffer;
}
