import type { Occupied, RaidArray, Volume } from '../../core/contracts/disk-stack.ts';
import { wayOfPath } from './pci.ts';
import { rowsOf, type Sections } from './sections.ts';
import { type Block, builtOn, mountsByBlock } from './survey-blocks.ts';

/** RAID arrays that are assembled, with the disks below. */
export function parseArrays(sections: Sections, blocks: readonly Block[]): RaidArray[] {
  return rowsOf(sections, 'arrays').map(([name = '', level = '', state = '']) => ({
    name,
    level: level.trim(),
    state: state.trim(),
    disks: disksBelow(name, blocks),
  }));
}

/** Volumes of the device mapper, told apart by the prefix of their UUID. */
export function parseVolumes(sections: Sections, blocks: readonly Block[]): Volume[] {
  return rowsOf(sections, 'volumes').map(([name = '', label = '', uuid = '']) => ({
    name,
    kind: volumeKind(uuid.trim()),
    label: label.trim(),
    disks: disksBelow(name, blocks),
  }));
}

function volumeKind(uuid: string): Volume['kind'] {
  if (uuid.startsWith('LVM-')) return 'lvm';
  if (uuid.startsWith('CRYPT-')) return 'luks';
  return /^(part\d+-)?mpath-/.test(uuid) ? 'multipath' : 'other';
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
