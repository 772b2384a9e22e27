import type { TargetDisk } from '../../core/contracts/plan.ts';
import type { Disk, PciDevice, Survey } from '../../core/contracts/survey.ts';
import { groupMembers, isNvme } from './pci.ts';
import type { Findings, Target } from './plan-types.ts';
import { contentsInWords, diskInWords, nicInWords } from './words.ts';

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
  warnAboutDisk(survey, { disk, controller }, findings);
  if (controller.iommuGroup === null) {
    if (survey.iommu) findings.refusals.push(`The controller of ${diskInWords(disk)} is in no IOMMU group.`);
    return null;
  }
  const target = { disk, controller, group: controller.iommuGroup };
  checkGroup(survey, target, findings);
  return target;
}

/** Every disk that the installer sees: all those of the chosen controller. */
export function erasedDisks(survey: Survey, target: Target): TargetDisk[] {
  return disksOf(survey, target.controller.address)
    .sort((a, b) => Number(b === target.disk) - Number(a === target.disk))
    .map((disk) => ({
      path: disk.path,
      serial: disk.serial,
      model: disk.model,
      sizeBytes: disk.sizeBytes,
      controller: target.controller.address,
      holds: contentsInWords(disk),
    }));
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
    const problem = twin ? 'More than one disk has' : 'No disk of this server has';
    findings.refusals.push(`${problem} the serial ${serial}. The disks are: ${listDisks(survey.disks) || 'none'}`);
    return null;
  }
  if (disk.pci === null) {
    findings.refusals.push(`${diskInWords(disk)} is not on a PCI controller of its own (${disk.transport}).`);
    return null;
  }
  return disk;
}

function listDisks(disks: readonly Disk[]): string {
  return disks.map((disk) => `${diskInWords(disk)} (holds ${contentsInWords(disk)})`).join('; ');
}

function disksOf(survey: Survey, address: string): Disk[] {
  return survey.disks.filter((disk) => disk.pci === address);
}

function warnAboutDisk(survey: Survey, chosen: { disk: Disk; controller: PciDevice }, findings: Findings): void {
  const { disk, controller } = chosen;
  const visible = disksOf(survey, controller.address);
  for (const other of visible) {
    if (other.mountpoints.length > 0) {
      findings.refusals.push(
        `${diskInWords(other)} is in use at ${other.mountpoints.join(', ')}; nothing is taken away.`,
      );
    }
    if (other === disk) continue;
    findings.warnings.push(
      `${diskInWords(other)} is on the same controller: the installer sees it too and can erase it (holds ${contentsInWords(other)}).`,
    );
  }
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

/** The whole group has to leave the kernel's drivers, so nothing that rescue needs may be in it. */
function checkGroup(survey: Survey, target: Target, findings: Findings): void {
  for (const member of groupMembers(survey.pci, target.group)) {
    const lifeline = survey.nics.find((nic) => nic.lifeline && nic.pci === member.address);
    if (lifeline) {
      findings.refusals.push(
        `The disk controller ${target.controller.address} shares its IOMMU group ${target.group} with ${nicInWords(lifeline)}, which carries our connection.`,
      );
    }
    if (member.address === target.controller.address) continue;
    for (const disk of disksOf(survey, member.address)) {
      const use = disk.mountpoints.length > 0;
      if (use) findings.refusals.push(`${diskInWords(disk)} shares the IOMMU group ${target.group} and is in use.`);
      else {
        findings.warnings.push(
          `${diskInWords(disk)} shares the IOMMU group ${target.group}: the rescue system lets go of it, the installer does not see it.`,
        );
      }
    }
  }
}
