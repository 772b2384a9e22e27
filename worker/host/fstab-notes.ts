import type { InstalledDisk, InstalledPartition } from './installed.ts';

/** A line of fstab or crypttab that calls a partition by a name which may be another one on the metal. */
export interface NamedDevice {
  file: 'etc/fstab' | 'etc/crypttab';
  device: string;
  /** The same partition by what does not change; null where that is not certain. */
  uuid: string | null;
}

const kernelName = /^\/dev\/((?:sd|vd|hd|xvd)[a-z]+\d*|nvme\d+n\d+(?:p\d+)?|disk\/by-(?:id|path)\/\S+)$/;
const ownPartition = /^\/dev\/(?:(?:sd|vd|hd|xvd)[a-z]+|nvme\d+n\d+p)(\d+)$/;

/**
 * Lines of a system's fstab and crypttab that name a partition by where it is connected. With one disk in the VM the number of the partition
 * tells which one is meant.
 * @param disks all that the installer had
 */
export function namedDevices(
  { files }: Pick<InstalledPartition, 'files'>,
  disks: readonly InstalledDisk[],
): NamedDevice[] {
  const inFstab = capturesOf(files.get('etc/fstab'), /^\s*(\/dev\/\S+)\s/);
  const inCrypttab = capturesOf(files.get('etc/crypttab'), /^\s*[^#\s]+\s+(\/dev\/\S+)/);
  return [
    ...inFstab.map((device) => ({ file: 'etc/fstab' as const, device, uuid: uuidOf(device, disks) })),
    // The UUID of what is encrypted is another one than that of what is in it: changed by hand, or not at all.
    ...inCrypttab.map((device) => ({ file: 'etc/crypttab' as const, device, uuid: null })),
  ].filter(({ device }) => kernelName.test(device));
}

function capturesOf(lines: readonly string[] | undefined, pattern: RegExp): string[] {
  return (lines ?? []).flatMap((line) => pattern.exec(line)?.[1] ?? []);
}

function uuidOf(device: string, disks: readonly InstalledDisk[]): string | null {
  const number = ownPartition.exec(device)?.[1];
  const [disk, ...others] = disks;
  if (number === undefined || !disk || others.length > 0) return null;
  return disk.partitions.find((partition) => partition.number === Number(number))?.uuid || null;
}
