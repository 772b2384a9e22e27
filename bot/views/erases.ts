import { bytes } from '../../core/bytes.ts';
import { startsFromDisk } from '../../core/console-round.ts';
import type { InstallRecord, InstallRequest } from '../../core/contracts/install.ts';
import type { TargetDisk } from '../../core/contracts/plan.ts';
import { code, plain } from '../text.ts';
import { seenFor } from './seen-hardware.ts';
import { when } from './when.ts';

/** The plan names the disks; before it an earlier install may have, and else nobody knows them. */
export function eraseWarning(record: InstallRecord): string {
  const { request } = record;
  const erases = disksOf(record);
  if (startsFromDisk(record)) return consoleWarning(request, erases.length > 0 ? erases : null);
  if (erases.length > 0) return `⚠️ The installer may erase: ${disksText(erases)}${seenText(record)}.`;
  if (request.disk) return `⚠️ The disk with serial ${plain(request.disk, 80)} may be erased by the installer.`;
  return '⚠️ The installer gets the real disks of this server: everything on them may be erased.';
}

/** What becomes of the disk of a system that is started for people to look at; null: nobody has seen it yet. */
export function consoleWarning(
  { disk, snapshot }: Pick<InstallRequest, 'disk' | 'snapshot'>,
  disks: readonly TargetDisk[] | null,
): string {
  const named = disk === undefined ? 'its disk' : `the disk with serial ${plain(disk, 80)}`;
  const what = disks === null ? named : disksText(disks);
  if (snapshot) return `🔎 A snapshot: nothing is written to ${what}. XEPA throws away what the system writes.`;
  return `⚠️ Nothing is erased by XEPA. Whoever is at the console can change everything on ${what}, and the system itself writes to it when it starts.`;
}

function disksOf({ facts, approval, request }: InstallRecord): readonly TargetDisk[] {
  const { hardware } = approval ?? {};
  return facts.plan?.erases ?? (hardware ? seenFor(request, hardware).disks : []);
}

function seenText({ facts, approval }: InstallRecord): string {
  const { hardware } = approval ?? {};
  return facts.plan || !hardware ? '' : ` (as seen ${when(hardware.seenAt)})`;
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
