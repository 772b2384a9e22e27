import type { Disk, Nic } from '../../core/contracts/survey.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size as it stands on the box, in powers of ten: `512 GB`, `1.9 TB`. */
export function sizeInWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 && unit > 0 ? Number(value.toFixed(1)) : Math.round(value)} ${units[unit] ?? 'TB'}`;
}

/** Memory in whole MiB. */
export function mebibytes(bytes: number): number {
  return Math.floor(bytes / (1024 * 1024));
}

/** `Samsung PM9A3, serial S64G, 1.9 TB`: how people tell one disk from another. */
export function diskInWords(disk: Disk): string {
  return [disk.model || disk.name, disk.serial && `serial ${disk.serial}`, sizeInWords(disk.sizeBytes)]
    .filter((part) => part !== '')
    .join(', ');
}

/** What is on a disk now: `Debian: EFI system (268 MB), ext4 root (20 GB)`; the systems first, since these are missed most. */
export function contentsInWords(disk: Disk): string {
  if (disk.contents.length === 0) return 'nothing that could be recognised';
  const parts = disk.contents.map(({ type, label, sizeBytes, purpose, partitionName }) => {
    const size = sizeBytes > 0 ? ` (${sizeInWords(sizeBytes)})` : '';
    const name = label || (purpose === '' ? partitionName : '');
    return `${kindInWords(type, purpose)}${name ? ` ${name}` : ''}${size}`;
  });
  return [disk.systems.join(' and '), parts.join(', ')].filter((text) => text !== '').join(': ');
}

/** The partition table knows better what a FAT is for, and what it is that nothing recognises. */
function kindInWords(type: string, purpose: string): string {
  if (purpose !== '' && (type === 'unknown' || purpose === 'EFI system')) return purpose;
  return typeNames.get(type) ?? type;
}

/** Where `blkid` uses a word that not everybody knows. */
const typeNames: ReadonlyMap<string, string> = new Map([
  ['linux_raid_member', 'RAID member (md)'],
  ['LVM2_member', 'LVM'],
  ['crypto_LUKS', 'LUKS, encrypted'],
  ['BitLocker', 'BitLocker, encrypted'],
  ['zfs_member', 'ZFS'],
  ['isw_raid_member', 'RAID member (Intel)'],
  ['ddf_raid_member', 'RAID member (DDF)'],
]);

/** `eth1 (52:54:00:bb:00:02)`. */
export function nicInWords(nic: Nic): string {
  return `${nic.name} (${nic.mac})`;
}
