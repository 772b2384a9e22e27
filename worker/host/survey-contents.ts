import type { Content } from '../../core/contracts/disk-stack.ts';
import type { Block } from './survey-blocks.ts';
import type { PartitionTable } from './survey-partitions.ts';

const sectorBytes = 512;

/** What `blkid` says of a disk or partition. */
export interface Tags {
  type: string;
  label: string;
  table: string;
}

/** What stands at the beginning of a partition, for where `blkid` is small or missing: offset, bytes as text, and the name of it. */
const heads: readonly (readonly [offset: number, start: string, type: string])[] = [
  [0, '\xeb\x58\x90-FVE-FS-', 'BitLocker'],
  [0, '\xeb\x52\x90-FVE-FS-', 'BitLocker'],
  [0, '\xeb\x52\x90NTFS', 'ntfs'],
  [0, 'LUKS\xba\xbe', 'crypto_LUKS'],
  [0, 'XFSB', 'xfs'],
  [512, 'LABELONE', 'LVM2_member'],
];

/** Types by the name of the disk or partition, from rows `name offset bytes`. */
export function parseHeads(rows: readonly string[][]): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name = '', offset = '', hex = ''] of rows) {
    const text = Buffer.from(hex.replaceAll(/\s+/g, ''), 'hex').toString('latin1');
    const head = heads.find(([at, start]) => at >= Number(offset) && text.startsWith(start, at - Number(offset)));
    if (head) found.set(name, head[2]);
  }
  return found;
}

export interface KnownContents {
  tags: ReadonlyMap<string, Tags>;
  heads: ReadonlyMap<string, string>;
  table: PartitionTable | undefined;
}

/** Partitions with what is known of them; a disk without partitions stands for itself if anything is on it. */
export function contentsOf(disk: string, parts: readonly Block[], known: KnownContents): Content[] {
  const typeOf = (name: string) => known.tags.get(name)?.type || known.heads.get(name) || '';
  const found = parts
    .filter((part) => part.name !== disk || typeOf(disk) !== '')
    .map((part) => ({
      name: part.name,
      type: typeOf(part.name) || 'unknown',
      label: known.tags.get(part.name)?.label ?? '',
      sizeBytes: part.sectors * sectorBytes,
      purpose: known.table?.entries.get(part.partition)?.purpose ?? '',
      partitionName: known.table?.entries.get(part.partition)?.partitionName ?? '',
    }));
  const table = known.tags.get(disk)?.table || (known.table?.kind ?? '');
  if (found.length > 0 || table === '') return found;
  const empty = { label: '', sizeBytes: 0, purpose: '', partitionName: '' };
  return [{ name: disk, type: `${table} partition table`, ...empty }];
}

/** Lines `/dev/sda1: LABEL="x" TYPE="ext4"`, the same from util-linux and busybox. */
export function parseBlkid(lines: readonly string[]): Map<string, Tags> {
  const found = new Map<string, Tags>();
  for (const line of lines) {
    const match = /^\/dev\/([^:]+): (.*)$/.exec(line);
    if (!match?.[1]) continue;
    const fields = new Map(Array.from((match[2] ?? '').matchAll(/\b([A-Z_]+)="([^"]*)"/g), (m) => [m[1], m[2] ?? '']));
    found.set(match[1], {
      type: fields.get('TYPE') ?? '',
      label: fields.get('LABEL') ?? '',
      table: fields.get('PTTYPE') ?? '',
    });
  }
  return found;
}
