import type { Disk } from '../../core/contracts/survey.ts';
import { pciOfPath } from './pci.ts';
import { linesOf, rowsOf, type Sections } from './sections.ts';
import { type Block, builtOn, mountsByBlock, parseBlocks } from './survey-blocks.ts';

const sectorBytes = 512;

interface Tags {
  type: string;
  label: string;
  table: string;
}

/** Whole disks that an installer could write to, with what is on them and where they are in use. */
export function parseDisks(sections: Sections): Disk[] {
  const blocks = parseBlocks(rowsOf(sections, 'block'));
  const mounts = mountsByBlock(sections, blocks);
  const tags = parseBlkid(linesOf(sections, 'blkid'));
  const stable = stablePaths(linesOf(sections, 'by-id'));
  return rowsOf(sections, 'disks').map((row) => {
    const disk = toDisk(row);
    const parts = blocks.filter((block) => block.disk === disk.name);
    return {
      ...disk,
      path: stable.get(disk.name) ?? `/dev/${disk.name}`,
      mountpoints: [...new Set(parts.flatMap((block) => mounts.get(block.name) ?? []))],
      holders: [...new Set(parts.flatMap((block) => builtOn(block, blocks)))],
      contents: contentsOf(disk.name, parts, tags),
    };
  });
}

function toDisk(row: readonly string[]): Disk {
  const [
    name = '',
    ,
    place = '',
    size = '',
    logical = '',
    physical = '',
    vendor = '',
    model = '',
    serial = '',
    wwid = '',
  ] = row.map((field) => field.trim());
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
  };
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

/** Partitions with what blkid knows of them; a disk without partitions stands for itself if anything is on it. */
function contentsOf(disk: string, parts: readonly Block[], tags: ReadonlyMap<string, Tags>): Disk['contents'] {
  const whole = tags.get(disk);
  const found = parts
    .filter((part) => part.name !== disk || whole?.type)
    .map((part) => ({
      name: part.name,
      type: tags.get(part.name)?.type || 'unknown',
      label: tags.get(part.name)?.label ?? '',
      sizeBytes: part.sectors * sectorBytes,
    }));
  if (found.length > 0 || !whole?.table) return found;
  return [{ name: disk, type: `${whole.table} partition table`, label: '', sizeBytes: 0 }];
}

/** Lines `/dev/sda1: LABEL="x" TYPE="ext4"`, the same from util-linux and busybox. */
function parseBlkid(lines: readonly string[]): Map<string, Tags> {
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
