import { tinyIso } from '../../support/tiny-guest.ts';

const SECTOR = 2048;
const SECTORS_PER_READ = 16;
/** Where firmware loads it (El Torito). */
const ORIGIN = 0x7c00;
const PACKET_AT = 48;
const COUNT_AT = PACKET_AT + 16;

/**
 * xor ax, ax; mov ds, ax; again: mov si, packet; mov ah, 0x42; int 0x13; jc end; add dword [packet + 8], 16;
 * dec word [count]; jnz again; mode 0x13; fill 0xa000:0 with colour 12; end: cli; hlt; jmp end + 1
 */
const code = Buffer.from(
  '31c08ed8' +
    'be307cb442cd13721f' +
    '668306387c10' +
    'ff0e407c' +
    '75eb' +
    'b81300cd10b800a08ec031ffb00cb900faf3aa' +
    'faf4ebfd',
  'hex',
);

/** The colour that it fills the screen with, once it has read all that it wants: VGA's light red. */
export const frameColour = { red: 0xff, green: 0x55, blue: 0x55 } as const;

export interface LoadingIso {
  size: number;
  read(from: number, length: number): Buffer;
}

/**
 * An ISO that behaves as an installer's does: its boot loader lies in its middle and reads megabytes (a kernel, an initrd) from
 * there on before it draws anything. The rest of it is zeros.
 */
export function loadingIso(of: { size: number; loads: number }): LoadingIso {
  const middle = Math.floor(of.size / SECTOR / 2);
  const head = tinyIso('L', { sectors: 64, program: 20 });
  head.writeUInt32LE(middle, 19 * SECTOR + 40);
  const program = programOf(middle + 1, of.loads);
  const pieces = [
    { at: 0, bytes: head },
    { at: middle * SECTOR, bytes: program },
  ];
  return {
    size: of.size,
    read(from, length) {
      const part = Buffer.alloc(length);
      for (const { at, bytes } of pieces) {
        const start = Math.max(from, at);
        const end = Math.min(from + length, at + bytes.length);
        if (start < end) bytes.copy(part, start - from, start - at, end - at);
      }
      return part;
    },
  };
}

function programOf(firstSector: number, loads: number): Buffer {
  const program = Buffer.alloc(SECTOR);
  code.copy(program);
  // A disk address packet: its own size, how many sectors, where to in memory (0x1000:0), from which sector on.
  program.writeUInt16LE(16, PACKET_AT);
  program.writeUInt16LE(SECTORS_PER_READ, PACKET_AT + 2);
  program.writeUInt16LE(0x1000, PACKET_AT + 6);
  program.writeUInt32LE(firstSector, PACKET_AT + 8);
  program.writeUInt16LE(Math.ceil(loads / (SECTORS_PER_READ * SECTOR)), COUNT_AT);
  if (code.length !== PACKET_AT || code.readUInt16LE(5) !== ORIGIN + PACKET_AT)
    throw new Error('the program has moved');
  return program;
}
