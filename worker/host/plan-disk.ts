import type { TargetDisk } from '../../core/contracts/plan.ts';
import type { Disk, Survey } from '../../core/contracts/survey.ts';
import { isNvme } from './pci.ts';
import type { Findings, Target } from './plan-types.ts';
import { contentsInWords, diskInWords } from './words.ts';

const raidMembers = /^(linux_raid_member|LVM2_member|zfs_member|ddf_raid_member|isw_raid_member|bcache|drbd)$/;

/** Chooses the disk by its serial, or the only one; says in `findings` why not, and what to know about it. */
export function chooseTarget(survey: Survey, serial: string | undefined, findings: Findings): Target | null {
  const disk = chooseDisk(survey, serial, findings);
  if (!disk) return null;
  const controller = survey.pci.find((device) => device.address === disk.pci);
  if (!controller) {
    findings.refusals.push(`The controller of ${diskInWords(disk)} is not among the PCI devices of this server.`);
    return null;
  }
  if (disk.mountpoints.length > 0) findings.refusals.push(inUse(disk));
  warnAboutDisk(survey, { disk, controller }, findings);
  return { disk, controller };
}

/** `Samsung PM9A3, serial S64G, 1.9 TB is in use at /mnt, as swap; …` */
export function inUse(disk: Disk): string {
  const swaps = disk.mountpoints.includes('[SWAP]') ? ' (swapoff -a)' : '';
  const uses = disk.mountpoints.map((where) => (where === '[SWAP]' ? 'as swap' : `at ${where}`));
  return `${diskInWords(disk)} is in use ${uses.join(', ')}; nothing is taken away. Let go of it in the rescue system first${swaps}.`;
}

/** All disks of a controller. */
export function disksOf(survey: Survey, address: string): Disk[] {
  return survey.disks.filter((disk) => disk.pci === address);
}

/** A disk as the plan names it. */
export function targetDisk(disk: Disk, controller: string): TargetDisk {
  const { path, serial, model, sizeBytes } = disk;
  return { path, serial, model, sizeBytes, controller, holds: contentsInWords(disk) };
}

function chooseDisk(survey: Survey, serial: string | undefined, findings: Findings): Disk | null {
  const usable = survey.disks.filter((disk) => disk.pci !== null);
  if (serial !== undefined) return diskBySerial(survey, serial, findings);
  const [only, ...others] = usable;
  if (only && others.length === 0) return only;
  findings.refusals.push(
    only
      ? `This server has ${usable.length} disks; say which one to install on by its serial: ${listDisks(usable)}`
      : 'No disk with a PCI controller was found on this server; there is nothing to install on.',
  );
  return null;
}

function diskBySerial(survey: Survey, serial: string, findings: Findings): Disk | null {
  const named = survey.disks.filter((disk) => disk.serial !== '' && disk.serial === serial.trim());
  const [disk, twin] = named;
  if (!disk || twin) {
    const unknown = `No disk of this server has the serial ${serial}. The disks are: ${listDisks(survey.disks) || 'none'}`;
    findings.refusals.push(twin ? (byMorePaths(named) ?? sameSerial(serial, named)) : unknown);
    return null;
  }
  if (disk.pci === null) {
    findings.refusals.push(`${diskInWords(disk)} is not on a PCI controller of its own (${disk.transport}).`);
    return null;
  }
  return disk;
}

/** One disk has one WWN, by however many cables the server reaches it. */
function byMorePaths(named: readonly Disk[]): string | null {
  const [first] = named;
  const isOne = named.length > 1 && first?.wwn !== '' && named.every(({ wwn }) => wwn === first?.wwn);
  if (!first || !isOne) return null;
  return `${diskInWords(first)} is reached by ${named.length} paths (${named.map(({ name }) => name).join(', ')}), and XEPA cannot give away one of them while the rescue system keeps another. Leave it one path, or choose another disk.`;
}

function sameSerial(serial: string, named: readonly Disk[]): string {
  return `More than one disk has the serial ${serial}: ${listDisks(named)}. They are namespaces of one NVMe disk, or ways to one and the same, and XEPA tells disks by their serial: leave one of them alone in the rescue system (nvme delete-ns, or a single cable).`;
}

function listDisks(disks: readonly Disk[]): string {
  return disks.map((disk) => `${diskInWords(disk)} (holds ${contentsInWords(disk)})`).join('; ');
}

function warnAboutDisk(survey: Survey, { disk, controller }: Target, findings: Findings): void {
  if (disk.serial === '')
    findings.warnings.push(`${diskInWords(disk)} has no serial; check by its size that it is the right one.`);
  const member = disk.contents.find(({ type }) => raidMembers.test(type));
  if (member) {
    findings.warnings.push(
      `${diskInWords(disk)} is part of a RAID or volume group (${member.type}); what spans several disks is lost or degraded.`,
    );
  }
  if (survey.firmware === 'bios' && isNvme(controller)) {
    findings.warnings.push(
      'This server was started by legacy BIOS, and most such firmware cannot boot NVMe disks: the installed system may not come up.',
    );
  }
}
