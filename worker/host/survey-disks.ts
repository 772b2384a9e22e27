import type { RaidArray, Volume } from '../../core/contracts/disk-stack.ts';
import type { BootEntry } from '../../core/contracts/hardware.ts';
import type { Disk, Survey } from '../../core/contracts/survey.ts';
import { pciOfPath, wayOfPath } from './pci.ts';
import { linesOf, rowsOf, type Sections } from './sections.ts';
import { builtOn, mountsByBlock, parseBlocks } from './survey-blocks.ts';
import { contentsOf, parseBlkid, parseHeads } from './survey-contents.ts';
import { type PartitionTable, parseTables } from './survey-partitions.ts';
import { parseArrays, parseOccupied, parseVolumes } from './survey-stack.ts';
import { systemsOf } from './survey-systems.ts';

const sectorBytes = 512;

type Storage = Pick<Survey, 'disks' | 'arrays' | 'volumes' | 'pools' | 'occupied'>;

/**
 * Whole disks that an installer could write to, with what is on them, what is built on them, and where they are in use.
 * @param entries boot entries of the firmware, which name the systems that they lead to
 */
export function parseStorage(sections: Sections, entries: readonly BootEntry[]): Storage {
  const blocks = parseBlocks(sections);
  const mounts = mountsByBlock(sections, blocks);
  const stack = { arrays: parseArrays(sections, blocks), volumes: parseVolumes(sections, blocks) };
  const known = { tags: parseBlkid(linesOf(sections, 'blkid')), heads: parseHeads(rowsOf(sections, 'heads')) };
  const tables = parseTables(rowsOf(sections, 'heads'), rowsOf(sections, 'tables'));
  const stable = stablePaths(linesOf(sections, 'by-id'));
  const pools = linesOf(sections, 'pools').map((line) => line.trim());
  const disks = rowsOf(sections, 'disks').map((row): Disk => {
    const disk = toDisk(row);
    const table = tables.get(disk.name);
    const parts = blocks.filter((block) => block.disk === disk.name);
    const contents = contentsOf(disk.name, parts, { ...known, table });
    const above = tracesAbove(disk.name, stack, known.tags);
    return {
      ...disk,
      path: stable.get(disk.name) ?? `/dev/${disk.name}`,
      mountpoints: [
        ...new Set([...parts.flatMap((block) => mounts.get(block.name) ?? []), ...poolsOn(contents, pools)]),
      ],
      holders: [...new Set(parts.flatMap((block) => builtOn(block, blocks)))],
      contents,
      table: table?.kind ?? '',
      systems: systemsOf({
        contents: [...contents, ...above.contents],
        volumes: above.volumes,
        entries: entriesInto(table, entries),
      }),
    };
  });
  const occupied = parseOccupied(sections, blocks, new Set(disks.map(({ name }) => name)));
  return { disks, ...stack, pools, occupied };
}

/** A pool writes to its members as long as it is imported, mounted or not. */
function poolsOn(contents: Disk['contents'], pools: readonly string[]): string[] {
  const labels = contents.filter(({ type }) => type === 'zfs_member').map(({ label }) => label);
  return pools.filter((pool) => labels.includes(pool)).map((pool) => `ZFS pool ${pool}`);
}

function toDisk(row: readonly string[]): Disk {
  const [name = '', , place = '', size = '', logical = '', physical = '', ...more] = row.map((field) => field.trim());
  const [vendor = '', model = '', serial = '', wwid = '', rotational] = more;
  return {
    name,
    path: `/dev/${name}`,
    serial: serial || serialOfWwid(wwid),
    model: fullModel(vendor, model),
    sizeBytes: Number(size) * sectorBytes,
    transport: transportOf(name, place),
    pci: pciOfPath(place),
    logicalSectorBytes: Number(logical) || sectorBytes,
    physicalSectorBytes: Number(physical) || sectorBytes,
    mountpoints: [],
    holders: [],
    contents: [],
    wwn: /^(naa|eui|uuid|nvme)\./.test(wwid) ? wwid : '',
    rotational: rotational ? rotational === '1' : null,
    table: '',
    systems: [],
    through: wayOfPath(place),
  };
}

/** Names of volumes above a disk, and what is in its arrays. */
function tracesAbove(
  disk: string,
  { arrays, volumes }: { arrays: readonly RaidArray[]; volumes: readonly Volume[] },
  tags: ReturnType<typeof parseBlkid>,
) {
  const over = volumes.filter(({ disks }) => disks.includes(disk));
  const names = [...arrays.filter(({ disks }) => disks.includes(disk)), ...over].map(({ name }) => name);
  const contents = names.flatMap((name) => {
    const tag = tags.get(name);
    if (!tag?.type) return [];
    return [{ name, type: tag.type, label: tag.label, sizeBytes: 0, purpose: '', partitionName: '' }];
  });
  return { contents, volumes: over.map(({ label }) => label) };
}

/** Entries that name a partition of this table by its GUID, and a loader that is a system's own. */
function entriesInto(table: PartitionTable | undefined, entries: readonly BootEntry[]): BootEntry[] {
  const ids = new Set([...(table?.entries.values() ?? [])].map(({ id }) => id));
  return entries.filter(
    ({ partition, loader }) =>
      partition !== '' && ids.has(partition) && loader !== '' && !/\\BOOT(X64|AA64)\.EFI$/i.test(loader),
  );
}

/** `ATA` is the bus and not a maker, and PCI ids are no name; SCSI disks keep the maker apart from the model. */
function fullModel(vendor: string, model: string): string {
  const maker = vendor === 'ATA' || vendor.startsWith('0x') ? '' : vendor;
  return `${maker} ${model}`.trim();
}

/** The kernel writes `t10.ATA     MODEL     SERIAL`; an id that is a mere number (`naa.5000…`) is good as it stands. */
function serialOfWwid(wwid: string): string {
  return wwid.startsWith('t10.') ? (wwid.split(/\s+/).at(-1) ?? '') : wwid;
}

function transportOf(name: string, place: string): string {
  if (/\/usb\d+\//.test(place)) return 'usb';
  if (name.startsWith('nvme')) return 'nvme';
  if (place.includes('/virtio')) return 'virtio';
  if (/\/ata\d+\//.test(place)) return 'sata';
  if (name.startsWith('mmcblk')) return 'mmc';
  return name.startsWith('sd') ? 'scsi' : 'other';
}

/** From `ls -l /dev/disk/by-id`: the first name of each disk that tells model and serial and not a mere number. */
function stablePaths(lines: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const match = /\s(\S+) -> \.\.\/\.\.\/(\S+)$/.exec(line);
    if (!match?.[1] || !match[2] || /^(wwn-|nvme-eui\.|nvme-nvme\.|lvm-|dm-|md-)/.test(match[1])) continue;
    if (!found.has(match[2])) found.set(match[2], `/dev/disk/by-id/${match[1]}`);
  }
  return found;
}
