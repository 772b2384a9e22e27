import { readFile, rm, writeFile } from 'node:fs/promises';
import { attempt } from '../run.ts';

// Offsets in the x86 boot protocol's setup header: Documentation/arch/x86/boot.rst
const SECTOR = 512;
const SETUP_SECTORS = 0x1f1;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;

const UNPACKERS = [
  { magic: 'fd377a585a00', command: 'xz', args: ['-dc', '--single-stream'] },
  { magic: '02214c18', command: 'lz4', args: ['-dc'] },
  { magic: '28b52ffd', command: 'zstd', args: ['-dc'] },
] as const;

/**
 * Takes the ELF kernel out of a bzImage. QEMU boots it by PVH, so that the guest has nothing to decompress:
 * under software emulation that halves the time to userspace.
 */
export async function extractVmlinux(bzImage: string, target: string): Promise<void> {
  const payload = payloadOf(await readFile(bzImage));
  const packed = `${target}.packed`;
  await writeFile(packed, payload);
  const head = payload.subarray(0, 6).toString('hex');
  const unpacker = UNPACKERS.find(({ magic }) => head.startsWith(magic));
  if (unpacker === undefined) throw new Error(`${bzImage}: unknown compression ${head}`);
  // The kernel build appends the unpacked size to the payload: tools complain about it when all is written.
  const { stdout: kernel } = await attempt(unpacker.command, unpacker.args, { stdinFile: packed });
  if (kernel.subarray(1, 4).toString() !== 'ELF') throw new Error(`${bzImage}: the payload is not an ELF file`);
  await writeFile(target, kernel);
  await rm(packed);
}

function payloadOf(image: Buffer): Buffer {
  const start = ((image[SETUP_SECTORS] || 4) + 1) * SECTOR + image.readUInt32LE(PAYLOAD_OFFSET);
  return image.subarray(start, start + image.readUInt32LE(PAYLOAD_LENGTH));
}
