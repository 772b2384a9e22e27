/** A volume of LVM by its name in /dev/mapper. */
interface LvmName {
  group: string;
  /** As people know it: `pve/vm-100-disk-0`; a part of a volume goes by the name of that. */
  volume: string;
  /** What LVM makes a volume of, and shows to nobody: `tmeta` of a thin pool, `rimage_0` of a mirror, `tpool`, `cow`; empty for a volume itself. */
  part: string;
}

/** Reserved in names of volumes (lvm(8), "VALID NAMES"). */
const partSuffix =
  /_(tmeta|tdata|cmeta|cdata|corig|cvol|cpool|wcorig|r(?:image|meta)_\d+|m(?:image_\d+|log)|vdata|vorigin|imeta|iorig)$/;

/** `pve-vm--100--disk--0` is `pve/vm-100-disk-0`: a dash stands between group, volume and layer, and is doubled within them. */
export function lvmName(label: string): LvmName {
  const [group = '', name = '', layer = ''] = label
    .replaceAll('--', '/')
    .split('-')
    .map((word) => word.replaceAll('/', '-'));
  const suffix = partSuffix.exec(name)?.[1] ?? '';
  const own = suffix === '' ? name : name.slice(0, -suffix.length - 1);
  return { group, volume: own === '' ? group : `${group}/${own}`, part: layer || suffix };
}
