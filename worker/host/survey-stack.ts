import type { Occupied, RaidArray, Volume } from '../../core/contracts/disk-stack.ts';
import { wayOfPath } from './pci.ts';
import { rowsOf, type Sections } from './sections.ts';
import { type Block, builtOn, mountsByBlock } from './survey-blocks.ts';

/** RAID arrays that are assembled, with the disks below. */
export function parseArrays(sections: Sections, blocks: readonly Block[]): RaidArray[] {
  return rowsOf(sections, 'arrays').map(([name = '', level = '', state = '', ...more]) => {
    const [metadata = '', action = '', missing = ''] = more.map((field) => field.trim());
    return {
      ...{ name, level: level.trim(), state: state.trim(), metadata, action, missing: Number(missing) || 0 },
      ...{ disks: disksBelow(name, blocks), above: builtAbove(name, blocks) },
    };
  });
}

/** Volumes of the device mapper, told apart by the prefix of their UUID. */
export function parseVolumes(sections: Sections, blocks: readonly Block[]): Volume[] {
  return rowsOf(sections, 'volumes').map(([name = '', label = '', uuid = '']) => ({
    name,
    kind: volumeKind(uuid.trim()),
    label: label.trim(),
    disks: disksBelow(name, blocks),
    above: builtAbove(name, blocks),
  }));
}

/** Partitions of a volume, as `kpartx` maps them, are of its kind. */
function volumeKind(uuid: string): Volume['kind'] {
  const kind = uuid.replace(/^part\d+-/, '');
  if (kind.startsWith('LVM-')) return 'lvm';
  if (/^CRYPT-(INTEGRITY|SUBDEV)-/.test(kind)) return 'integrity';
  if (kind.startsWith('CRYPT-')) return 'luks';
  return kind.startsWith('mpath-') ? 'multipath' : 'other';
}

function builtAbove(name: string, blocks: readonly Block[]): string[] {
  const own = blocks.filter((block) => block.disk === name);
  return [...new Set(own.flatMap((block) => builtOn(block, blocks)))];
}

function disksBelow(name: string, blocks: readonly Block[]): string[] {
  const below = blocks.filter((block) => wayOfPath(block.place).length > 0 && builtOn(block, blocks).includes(name));
  return [...new Set(below.map(({ disk }) => disk))];
}

/** What is mounted and hangs on PCI, without being a disk that one could install on: a CD, the medium that rescue runs from. */
export function parseOccupied(sections: Sections, blocks: readonly Block[], disks: ReadonlySet<string>): Occupied[] {
  const mounts = mountsByBlock(sections, blocks);
  return blocks.flatMap(({ name, disk, place }) => {
    const mountpoints = mounts.get(name) ?? [];
    const through = wayOfPath(place);
    return disks.has(disk) || mountpoints.length === 0 || through.length === 0 ? [] : [{ name, mountpoints, through }];
  });
}
