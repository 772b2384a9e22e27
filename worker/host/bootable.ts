import type { Installed, InstalledDisk, InstalledPartition } from './installed.ts';
import { loaderInPlace } from './loader-choice.ts';
import { partitionTypes } from './partition-table.ts';

/** `no` only where firmware is certain to find nothing. `why`: a sentence without a full stop. */
export interface Bootable {
  verdict: 'yes' | 'no' | 'unsure';
  why: string;
}

/** Would this server's firmware start something from these disks, without a boot entry? */
export function judgeBootable({ disks }: Pick<Installed, 'disks'>, firmware: 'bios' | 'uefi'): Bootable {
  if (disks.length === 0) return { verdict: 'unsure', why: 'The disk was not there to be looked at' };
  return firmware === 'uefi' ? judgeUefi(disks) : judgeBios(disks);
}

function judgeUefi(disks: readonly InstalledDisk[]): Bootable {
  const partitions = disks.flatMap((disk) => disk.partitions);
  const ready = partitions.find((partition) => loaderInPlace(partition) !== null);
  if (ready) return { verdict: 'yes', why: `${ready.name} has its loader where UEFI firmware finds it` };
  const dark = partitions.find(mayHideLoaders);
  if (dark) return { verdict: 'unsure', why: `${dark.name} (${dark.type}) could not be looked into` };
  if (partitions.some(({ loaders }) => loaders.some((path) => /\.efi$/i.test(path)))) {
    return {
      verdict: 'unsure',
      why: 'There are UEFI programs on the disk, but none where firmware looks by itself',
    };
  }
  const code = disks.some(({ table }) => table.bootCode !== 'none');
  const instead = code ? '; it has boot code for a BIOS, but this server starts by UEFI' : '';
  return { verdict: 'no', why: `No UEFI loader is on the disk: ${contentsOf(disks)}${instead}` };
}

/** FAT that did not mount, or an EFI partition on software RAID. */
function mayHideLoaders({ type, state }: InstalledPartition): boolean {
  return (type === 'vfat' && state !== 'read') || type === 'linux_raid_member';
}

function judgeBios(disks: readonly InstalledDisk[]): Bootable {
  const coded = disks.filter(({ table }) => table.bootCode !== 'none');
  const starting = coded.find(startsSomething);
  if (starting) return { verdict: 'yes', why: `${starting.name} has boot code` };
  const [first] = coded;
  if (first) {
    return { verdict: 'unsure', why: `${first.name} has boot code, but no partition that a BIOS is to start from` };
  }
  const uefi = disks.some(({ partitions }) => partitions.some(({ loaders }) => loaders.length > 0));
  const instead = uefi ? '; it has a UEFI loader, but this server starts by BIOS' : '';
  return { verdict: 'no', why: `No boot code is on the disk: ${contentsOf(disks)}${instead}` };
}

/** GRUB needs no active partition; other boot code goes on to one, or to a partition of its own kind. */
function startsSomething({ table }: InstalledDisk): boolean {
  if (table.bootCode === 'grub') return true;
  return table.partitions.some(({ active, type }) => active || type === partitionTypes.freebsdBoot);
}

function contentsOf(disks: readonly InstalledDisk[]): string {
  return disks.map(tableInWords).join('; ');
}

/** `nvme0n1 has a GPT with 3 partitions (vfat, ext4, unknown)`. */
export function tableInWords({ name, table, partitions }: InstalledDisk): string {
  if (table.scheme === 'none') return `${name} has no partition table`;
  const kinds = partitions.slice(0, 12).map(({ type }) => type || 'unknown');
  const count = table.partitions.length === 1 ? '1 partition' : `${table.partitions.length} partitions`;
  return `${name} has ${table.scheme === 'gpt' ? 'a GPT' : 'an MBR'} with ${count}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`;
}
