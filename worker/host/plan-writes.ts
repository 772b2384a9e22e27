import type { FixKind } from '../../core/contracts/fix.ts';

const ofFix: Readonly<Record<FixKind, string>> = {
  network: 'a file that ties the port’s name in the installed system to its MAC, where its network is set up by name',
  fstab: 'its fstab: partitions by UUID, where they are named by where they are connected',
  serial: 'its boot configuration: the serial port of the rescue system as a console, where it has none',
};

/** What `handback` may write on the disk when the installer is done, a sentence each without a full stop; nothing but that. */
export function plannedWrites(firmware: 'bios' | 'uefi', fixes: readonly FixKind[] = []): string[] {
  const loader = 'its EFI partition: a copy of its boot loader at \\EFI\\BOOT\\BOOTX64.EFI, where nothing is there yet';
  return [...(firmware === 'uefi' ? [loader] : []), ...fixes.map((fix) => ofFix[fix])];
}
