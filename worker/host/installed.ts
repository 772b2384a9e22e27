import { gunzipSync } from 'node:zlib';
import type { Command } from '../../core/ssh/command.ts';
import { type BootEntry, bootEntries } from './nvram.ts';
import { headBytes, type PartitionTable, parsePartitionTable } from './partition-table.ts';
import { scriptCommand } from './script-command.ts';
import { installedScript } from './scripts/installed.ts';
import { firstLine, linesOf, parseSections, type Sections } from './sections.ts';

/** What an installer left: on the disks that it had, and in the firmware variables of its VM. */
export interface Installed {
  disks: InstalledDisk[];
  /** As the VM's firmware would try them; none where it had no UEFI. */
  entries: BootEntry[];
}

export interface InstalledDisk {
  name: string;
  table: PartitionTable;
  partitions: InstalledPartition[];
}

/**
 * `type`: as blkid calls it, "BitLocker" too; empty where nothing is known. `state`: `other` is a type that XEPA does not look into.
 * `loaders`: paths of UEFI programs and of their configuration, on a FAT file system. `files`: by their path, what could be read.
 */
export interface InstalledPartition {
  name: string;
  number: number;
  type: string;
  uuid: string;
  state: 'read' | 'unreadable' | 'other';
  loaders: string[];
  files: ReadonlyMap<string, readonly string[]>;
}

/** More than any variable store or head of a disk has. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads what is on disks after their VM; changes nothing, and replays no journal.
 * @param where `places`: PCI addresses of disk controllers, or `/dev/…` for one disk alone; `disks`: how many there are, which are waited for
 * @param vars the VM's firmware variables, or null where it had none
 */
export function readInstalled(
  { places, disks }: { places: readonly string[]; disks: number },
  vars: string | null,
): Command<Installed> {
  return scriptCommand({
    script: installedScript,
    args: [vars ?? '', String(disks), ...places],
    timeoutMs: 180_000,
    parse: (output) => parseInstalled(parseSections(output.stdout)),
  });
}

function parseInstalled(sections: Sections): Installed {
  const names = [...sections.keys()].flatMap((name) => (name.startsWith('disk ') ? [name.slice(5)] : []));
  return {
    disks: names.map((name) => ({
      name,
      table: parsePartitionTable(unpacked(sections, `head ${name}`, headBytes), sectorBytes(sections, name)),
      partitions: parsePartitions(linesOf(sections, `partitions ${name}`)),
    })),
    entries: bootEntries(unpacked(sections, 'nvram', MAX_BYTES)),
  };
}

function sectorBytes(sections: Sections, name: string): number {
  return Number(firstLine(sections, `disk ${name}`)) === 4_096 ? 4_096 : 512;
}

/** What does not unpack is taken as nothing: an installer may have left anything. */
function unpacked(sections: Sections, name: string, maxOutputLength: number): Buffer {
  const packed = Buffer.from(linesOf(sections, name).join(''), 'base64');
  try {
    return gunzipSync(packed, { maxOutputLength });
  } catch {
    return Buffer.alloc(0);
  }
}

/** `=` begins a partition, `+` names a loader on it, `>` begins a file, `|` is a line of that. */
function parsePartitions(lines: readonly string[]): InstalledPartition[] {
  const found: (InstalledPartition & { files: Map<string, string[]> })[] = [];
  let file: string[] = [];
  for (const line of lines) {
    const rest = line.slice(1);
    const [, path = ''] = rest.split('\t');
    if (line.startsWith('=')) found.push(parsePartition(rest));
    if (line.startsWith('+')) found.at(-1)?.loaders.push(path);
    if (line.startsWith('>')) {
      file = [];
      found.at(-1)?.files.set(path, file);
    }
    if (line.startsWith('|')) file.push(rest);
  }
  return found;
}

function parsePartition(row: string): InstalledPartition & { files: Map<string, string[]> } {
  const [name = '', number = '', , type = '', state = '', about = ''] = row.split('\t');
  return {
    name,
    number: Number(number),
    type,
    uuid: /\bUUID="([^"]*)"/.exec(` ${about}`)?.[1] ?? '',
    state: state === 'read' || state === 'unreadable' ? state : 'other',
    loaders: [],
    files: new Map<string, string[]>(),
  };
}
