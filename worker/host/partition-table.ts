/** Bytes from the start of a disk that hold its boot code and its partition table, with sectors of 4096 bytes too. */
export const headBytes = 6 * 4_096;

/** `bootCode`: what the first sector has for a BIOS to run; `none` where there is nothing, or its signature is missing. */
export interface PartitionTable {
  scheme: 'gpt' | 'mbr' | 'none';
  bootCode: 'none' | 'grub' | 'other';
  partitions: TableEntry[];
}

/** `type`: a GUID in lower case (GPT) or two hex digits (MBR). `active`: a BIOS is to start from it. */
export interface TableEntry {
  number: number;
  type: string;
  active: boolean;
}

export const partitionTypes = {
  esp: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  biosBoot: '21686148-6449-6e6f-744e-656564454649',
  freebsdBoot: '83bd6b9d-7f41-11dc-be0b-001560b84f0f',
} as const;

const CODE_BYTES = 440;
const MBR_ENTRY = 446;
const PROTECTIVE = 0xee;
/** UEFI specification, 5.3.3: bit 2 of the attributes, "legacy BIOS bootable". */
const LEGACY_BOOTABLE = 0x04;

/** Reads the table as it lies on a disk. @param head the first `headBytes` of it; of less only what is there is read */
export function parsePartitionTable(head: Buffer, sectorBytes: number): PartitionTable {
  const bootCode = bootCodeIn(head);
  const gpt = gptEntries(head, sectorBytes);
  if (gpt) return { scheme: 'gpt', bootCode, partitions: gpt };
  const mbr = mbrEntries(head);
  return mbr.length > 0 ? { scheme: 'mbr', bootCode, partitions: mbr } : { scheme: 'none', bootCode, partitions: [] };
}

function bootCodeIn(head: Buffer): PartitionTable['bootCode'] {
  const code = head.subarray(0, CODE_BYTES);
  if (!isSigned(head) || code.every((byte) => byte === 0)) return 'none';
  return code.includes('GRUB') ? 'grub' : 'other';
}

function isSigned(head: Buffer): boolean {
  return head.length >= 512 && head.readUInt16LE(510) === 0xaa55;
}

/** A file system without a table has the signature too: four entries with a flag of their own are what tells them apart. */
function mbrEntries(head: Buffer): TableEntry[] {
  if (!isSigned(head)) return [];
  const entries = [0, 1, 2, 3].map((index) => head.subarray(MBR_ENTRY + index * 16, MBR_ENTRY + index * 16 + 16));
  if (entries.some((entry) => entry[0] !== 0 && entry[0] !== 0x80)) return [];
  return entries.flatMap((entry, index) => {
    const type = entry.readUInt8(4);
    if (type === 0 || type === PROTECTIVE || entry.readUInt32LE(12) === 0) return [];
    return [{ number: index + 1, type: type.toString(16).padStart(2, '0'), active: entry.readUInt8(0) === 0x80 }];
  });
}

/** UEFI specification, 5.3: the header in the second sector, entries from where it says; null where there is none. */
function gptEntries(head: Buffer, sectorBytes: number): TableEntry[] | null {
  const header = head.subarray(sectorBytes, sectorBytes + 92);
  if (header.length < 92 || header.toString('latin1', 0, 8) !== 'EFI PART') return null;
  const start = Number(header.readBigUInt64LE(72)) * sectorBytes;
  const [count, size] = [header.readUInt32LE(80), header.readUInt32LE(84)];
  if (size < 128 || size > 4_096) return [];
  const entries: TableEntry[] = [];
  for (let index = 0; index < Math.min(count, 128); index += 1) {
    const entry = head.subarray(start + index * size, start + index * size + 56);
    if (entry.length < 56) break;
    const type = readGuid(entry, 0);
    if (!/^[0-]+$/.test(type)) {
      entries.push({ number: index + 1, type, active: (entry.readUInt8(48) & LEGACY_BOOTABLE) !== 0 });
    }
  }
  return entries;
}

/** A GUID as UEFI stores it: its first three parts are little-endian. */
export function readGuid(bytes: Buffer, offset: number): string {
  const part = (from: number, to: number) => bytes.subarray(offset + from, offset + to);
  const reversed = (from: number, to: number) => Buffer.from(part(from, to)).reverse().toString('hex');
  const last = [part(8, 10), part(10, 16)].map((plain) => plain.toString('hex'));
  return [reversed(0, 4), reversed(4, 6), reversed(6, 8), ...last].join('-');
}
