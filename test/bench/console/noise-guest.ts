import { writeFile } from 'node:fs/promises';
import { type Child, startProcess } from '../child.ts';
import { answers } from './sshd.ts';

const SECTOR_BYTES = 512;
const SCREEN_WIDTH = 320;
const SIGNATURE = [0x55, 0xaa];

/**
 * A virtual machine whose whole system is a boot sector that fills a rectangle with noise a hundred times a second.
 * @param vnc its screen's socket, as the launch step makes it
 */
export async function startNoiseGuest(vnc: string, area: { width: number; height: number }): Promise<Child> {
  const disk = `${vnc}.img`;
  await writeFile(disk, bootSector(area));
  return startProcess(
    [
      ...['qemu-system-x86_64', '-accel', 'tcg', '-m', '16', '-nodefaults', '-display', 'none', '-vga', 'std'],
      ...['-drive', `file=${disk},format=raw,if=floppy`, '-boot', 'a'],
      ...['-vnc', `unix:${vnc},share=force-shared,lossy=on`],
    ],
    () => answers({ path: vnc }),
  );
}

/** Between two pictures the processor sleeps: a guest that never does would take a core away from what is measured. */
function bootSector({ width, height }: { width: number; height: number }): Buffer {
  const word = (value: number) => [value & 0xff, value >> 8];
  const begin = [
    ...[0xb8, 0x13, 0x00, 0xcd, 0x10], // mov ax, 13h; int 10h: 320 by 200, a byte for each pixel
    ...[0xb0, 0x36, 0xe6, 0x43], // the timer, 100 times a second
    ...[0xb0, 0x9c, 0xe6, 0x40, 0xb0, 0x2e, 0xe6, 0x40],
    ...[0x68, 0x00, 0xa0, 0x07, 0xfb], // push 0a000h; pop es; sti
  ];
  const pixel = [
    ...[0x69, 0xdb, 0x55, 0x62], // imul bx, bx, 25173
    ...[0x81, 0xc3, 0x19, 0x36], // add bx, 13849
    ...[0x88, 0xf8, 0xaa], // mov al, bh; stosb
  ];
  const pixels = [...pixel, 0xe2, 0x100 - pixel.length - 2]; // loop pixel
  const row = [
    ...[0xb9, ...word(width), ...pixels], // mov cx, width
    ...[0x81, 0xc7, ...word(SCREEN_WIDTH - width), 0x4a], // add di, what is left of the row; dec dx
  ];
  const rows = [...row, 0x75, 0x100 - row.length - 2]; // jnz row
  const frame = [0x31, 0xff, 0xba, ...word(height), ...rows, 0xf4]; // xor di, di; mov dx, height; …; hlt
  const program = [...begin, ...frame, 0xeb, 0x100 - frame.length - 2]; // jmp frame
  const sector = Buffer.alloc(SECTOR_BYTES);
  sector.set(program);
  sector.set(SIGNATURE, SECTOR_BYTES - SIGNATURE.length);
  return sector;
}
