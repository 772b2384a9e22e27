import type { Content } from '../../core/contracts/disk-stack.ts';
import type { BootEntry } from '../../core/contracts/hardware.ts';

/** What tells of an operating system: all that is on a disk, volumes on it by name, and the boot entries that lead to it. */
export interface Traces {
  contents: readonly Content[];
  volumes: readonly string[];
  entries: readonly BootEntry[];
}

/** Firmware names these itself, whatever is installed. */
const noSystem =
  /^(uefi|hard ?drive|hdd|ssd|nvme|sata|usb|cd|dvd|efi|internal|onboard|pci|network|linux boot manager|boot\d*)\b/i;

const byVolume: readonly [RegExp, string][] = [
  [/^pve-/, 'Proxmox VE'],
  [/^ubuntu--vg-/, 'Ubuntu'],
  [/^(debian--vg|debian)-/, 'Debian'],
  [/^(rl|rocky)(_[^-]*)?-/, 'Rocky Linux'],
  [/^almalinux(_[^-]*)?-/, 'AlmaLinux'],
  [/^(rhel|cl|cs|centos|ol|fedora)(_[^-]*)?-/, 'Red Hat family'],
];

const byPurpose: readonly [RegExp, string][] = [
  [/^VMware/, 'VMware ESXi'],
  [/^(Microsoft reserved|Windows)/, 'Windows'],
  [/^FreeBSD/, 'FreeBSD'],
  [/^OpenBSD/, 'OpenBSD'],
  [/^NetBSD/, 'NetBSD'],
];

const byLabel: readonly [RegExp, string][] = [
  [/^cloudimg-rootfs$/, 'Ubuntu'],
  [/^(boot-pool|freenas-boot)$/, 'TrueNAS'],
  [/^(BOOTBANK\d|OSDATA-)/, 'VMware ESXi'],
  [/^(USR-A|ROOT|OEM)$/, 'Linux'],
];

const linuxTypes = /^(ext[234]|xfs|btrfs|linux_raid_member|LVM2_member|crypto_LUKS|swap|f2fs)$/;

/** Names of systems, the surest first; `Linux` where only that can be told; none where nothing can. */
export function systemsOf({ contents, volumes, entries }: Traces): string[] {
  const found = [
    ...entries
      .map(({ name }) => name.trim())
      .filter((name) => name !== '' && !noSystem.test(name))
      .map(entryInWords),
    ...volumes.flatMap((label) => matches(byVolume, label)),
    ...contents.flatMap(({ purpose }) => matches(byPurpose, purpose)),
    ...contents.flatMap(({ label, partitionName }) => [...matches(byLabel, label), ...matches(byLabel, partitionName)]),
  ];
  const bitlocker = contents.some(({ type }) => type === 'BitLocker');
  const named = found.map((name) => (name === 'Windows' && bitlocker ? 'Windows with BitLocker' : name));
  if (bitlocker && !named.includes('Windows with BitLocker')) named.push('Windows with BitLocker');
  if (named.length === 0 && contents.some(({ type }) => linuxTypes.test(type))) named.push('Linux');
  return [...new Map(named.map((name) => [name.toLowerCase(), name])).values()];
}

function entryInWords(name: string): string {
  if (name === 'Windows Boot Manager') return 'Windows';
  return /^[a-z]+$/.test(name) ? `${name.charAt(0).toUpperCase()}${name.slice(1)}` : name;
}

function matches(table: readonly [RegExp, string][], text: string): string[] {
  return table.flatMap(([pattern, name]) => (pattern.test(text) ? [name] : []));
}
