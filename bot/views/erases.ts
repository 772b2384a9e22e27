import { bytes } from '../../core/bytes.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { TargetDisk } from '../../core/contracts/plan.ts';
import { code, plain } from '../text.ts';
import { when } from './when.ts';

/** The plan names the disks; before it an earlier install may have, and else nobody knows them. */
export function eraseWarning(record: InstallRecord): string {
  const { hardware } = record.approval ?? {};
  const erases = record.facts.plan?.erases ?? hardware?.disks ?? [];
  if (erases.length > 0) {
    const seen = record.facts.plan || !hardware ? '' : ` (as seen ${when(hardware.seenAt)})`;
    return `⚠️ The installer may erase: ${disksText(erases)}${seen}.`;
  }
  if (record.request.disk) {
    return `⚠️ The disk with serial ${plain(record.request.disk, 80)} may be erased by the installer.`;
  }
  return '⚠️ The installer gets the real disks of this server: everything on them may be erased.';
}

/** "Samsung PM9A3 1.9 TB S64N… (now: ext4 root)", a disk each. */
export function disksText(disks: readonly TargetDisk[]): string {
  const texts = disks.slice(0, 8).map((disk) => {
    const holds = disk.holds === '' ? 'empty' : disk.holds;
    return `${plain(disk.model, 60)} ${bytes(disk.sizeBytes)} ${code(disk.serial, 60)} (now: ${plain(holds, 120)})`;
  });
  const more = disks.length > 8 ? `; and ${disks.length - 8} more` : '';
  return `${texts.join('; ')}${more}`;
}
