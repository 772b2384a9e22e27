import type { Disk } from '../../core/contracts/survey.ts';

/**
 * The path that udev gives a disk by model and serial (60-persistent-storage.rules of systemd); null where the bus has
 * other rules. udev keeps letters, digits and `#+-.:=@_` and writes one `_` for each run of blanks.
 */
export function udevName(disk: Pick<Disk, 'transport' | 'model' | 'serial'>): string | null {
  const bus = { nvme: 'nvme', sata: 'ata' }[disk.transport];
  if (bus === undefined || disk.serial === '' || disk.model === '') return null;
  return `/dev/disk/by-id/${bus}-${udevText(disk.model)}_${udevText(disk.serial)}`;
}

function udevText(text: string): string {
  return text
    .trim()
    .replace(/\s+/g, '_')
    .replace(/[^\w#+.:=@-]/g, '_');
}
