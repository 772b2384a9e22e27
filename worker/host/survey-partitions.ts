import type { Disk } from '../../core/contracts/survey.ts';

/** One entry of a partition table. `purpose` is its type in words, `id` its unique GUID; both empty where there is none. */
export interface PartitionEntry {
  purpose: string;
  partitionName: string;
  id: string;
}

export interface PartitionTable {
  kind: Disk['table'];
  /** By the number of the partition. */
  entries: ReadonlyMap<number, PartitionEntry>;
}

const gptEntryBytes = 128;
/** The end of the first sector. */
const [mbrAt, mbrBytes] = [446, 66];

/**
 * Partition tables by the name of the disk, from rows `disk offset bytes`.
 * @param heads what each disk begins with
 * @param tables the mark of the GPT header where there is one, and the entries of the GPT
 */
export function parseTables(heads: readonly string[][], tables: readonly string[][]): Map<string, PartitionTable> {
  const parts = new Map<string, Map<number, Buffer>>();
  for (const [disk = '', offset = '', hex = ''] of [...heads, ...tables]) {
    const bytes = Buffer.from(hex.replaceAll(/\s+/g, ''), 'hex');
    parts.set(disk, (parts.get(disk) ?? new Map()).set(Number(offset), bytes));
  }
  return new Map([...parts].map(([disk, bytes]) => [disk, tableOf(bytes)]));
}

function tableOf(parts: ReadonlyMap<number, Buffer>): PartitionTable {
  const header = [...parts].find(([, bytes]) => bytes.toString('latin1') === 'EFI PART');
  if (header) return { kind: 'gpt', entries: gptEntries(parts.get(header[0] * 2)) };
  const entries = mbrEntries(parts.get(0)?.subarray(mbrAt, mbrAt + mbrBytes));
  return { kind: entries.size > 0 ? 'mbr' : '', entries };
}

/** Type GUID, unique GUID, first and last sector, attributes, name in UTF-16: as the UEFI specification has it. */
function gptEntries(bytes: Buffer | undefined): Map<number, PartitionEntry> {
  const entries = new Map<number, PartitionEntry>();
  for (let at = 0; bytes && at + gptEntryBytes <= bytes.length; at += gptEntryBytes) {
    const type = guidOf(bytes.subarray(at, at + 16));
    if (/^[0-]+$/.test(type)) continue;
    const [name = ''] = bytes.toString('utf16le', at + 56, at + gptEntryBytes).split('\0');
    const id = guidOf(bytes.subarray(at + 16, at + 32));
    entries.set(at / gptEntryBytes + 1, { purpose: gptTypes.get(type) ?? '', partitionName: name, id });
  }
  return entries;
}

/** Four entries of 16 bytes and the mark 55 AA; a file system without a table has the mark too, but no types that make sense. */
function mbrEntries(bytes: Buffer | undefined): Map<number, PartitionEntry> {
  const entries = new Map<number, PartitionEntry>();
  if (bytes?.length !== mbrBytes || bytes.readUInt16LE(64) !== 0xaa55) return entries;
  for (const number of [1, 2, 3, 4]) {
    const at = (number - 1) * 16;
    const [flag = 1, type = 0] = [bytes[at], bytes[at + 4]];
    if ((flag & 0x7f) !== 0) return new Map();
    if (type !== 0) entries.set(number, { purpose: mbrTypes.get(type) ?? '', partitionName: '', id: '' });
  }
  return entries;
}

/** The first three parts of a GUID are little-endian. */
export function guidOf(bytes: Buffer): string {
  const hex = (from: number, to: number) => bytes.toString('hex', from, to);
  const swapped = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).reverse().toString('hex');
  return [swapped(0, 4), swapped(4, 6), swapped(6, 8), hex(8, 10), hex(10, 16)].join('-');
}

/** Types as the UEFI specification, the makers of the systems and systemd's Discoverable Partitions Specification give them. */
const gptTypes: ReadonlyMap<string, string> = new Map([
  ['c12a7328-f81f-11d2-ba4b-00a0c93ec93b', 'EFI system'],
  ['21686148-6449-6e6f-744e-656564454649', 'BIOS boot'],
  ['e3c9e316-0b5c-4db8-817d-f92df00215ae', 'Microsoft reserved'],
  ['ebd0a0a2-b9e5-4433-87c0-68b6b72699c7', 'Microsoft basic data'],
  ['de94bba4-06d1-4d40-a16a-bfd50179d6ac', 'Windows recovery'],
  ['5808c8aa-7e8f-42e0-85d2-e1e90434cfb3', 'Windows dynamic disk'],
  ['af9b60a0-1431-4f62-bc68-3311714a69ad', 'Windows dynamic disk'],
  ['e75caf8f-f680-4cee-afa3-b001e56efc2d', 'Windows storage space'],
  ['0fc63daf-8483-4772-8e79-3d69d8477de4', 'Linux file system'],
  ['4f68bce3-e8cd-4db1-96e7-fbcaf984b709', 'Linux root'],
  ['b921b045-1df0-41c3-af44-4c6f280d3fae', 'Linux root'],
  ['933ac7e1-2eb4-4f13-b844-0e14e2aef915', 'Linux home'],
  ['bc13c2ff-59e6-4262-a352-b275fd6f7172', 'Linux boot'],
  ['0657fd6d-a4ab-43c4-84e5-0933c84b4f4f', 'Linux swap'],
  ['e6d6d379-f507-44c2-a23c-238f2a3df928', 'Linux LVM'],
  ['a19d880f-05fc-4d3b-a006-743f0f84911e', 'Linux RAID'],
  ['ca7d7ccb-63ed-4c53-861c-1742536059cc', 'LUKS'],
  ['4fbd7e29-9d25-41b8-afd0-062c0ceff05d', 'Ceph'],
  ['6a898cc3-1dd2-11b2-99a6-080020736631', 'ZFS'],
  ['83bd6b9d-7f41-11dc-be0b-001560b84f0f', 'FreeBSD boot'],
  ['516e7cb5-6ecf-11d6-8ff8-00022d09712b', 'FreeBSD swap'],
  ['516e7cb6-6ecf-11d6-8ff8-00022d09712b', 'FreeBSD UFS'],
  ['516e7cba-6ecf-11d6-8ff8-00022d09712b', 'FreeBSD ZFS'],
  ['824cc7a0-36a8-11e3-890a-952519ad3f61', 'OpenBSD'],
  ['49f48d5a-b10e-11dc-b99b-0019d1879648', 'NetBSD'],
  ['aa31e02a-400f-11db-9590-000c2911d1b8', 'VMware VMFS'],
  ['9d275380-40ad-11db-bf97-000c2911d1b8', 'VMware diagnostic'],
  ['9198effc-31c0-11db-8f78-000c2911d1b8', 'VMware reserved'],
  ['48465300-0000-11aa-aa11-00306543ecac', 'Apple HFS+'],
  ['7c3457ef-0000-11aa-aa11-00306543ecac', 'Apple APFS'],
]);

const mbrTypes: ReadonlyMap<number, string> = new Map([
  [0x05, 'extended'],
  [0x07, 'NTFS or exFAT'],
  [0x0b, 'FAT'],
  [0x0c, 'FAT'],
  [0x0e, 'FAT'],
  [0x0f, 'extended'],
  [0x27, 'Windows recovery'],
  [0x42, 'Windows dynamic disk'],
  [0x82, 'Linux swap'],
  [0x83, 'Linux file system'],
  [0x8e, 'Linux LVM'],
  [0xa5, 'FreeBSD UFS'],
  [0xa6, 'OpenBSD'],
  [0xa9, 'NetBSD'],
  [0xef, 'EFI system'],
  [0xfb, 'VMware VMFS'],
  [0xfd, 'Linux RAID'],
]);
