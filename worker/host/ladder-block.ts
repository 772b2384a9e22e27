import type { BlockDisk } from '../../core/contracts/ladder.ts';
import type { PciDevice, Survey } from '../../core/contracts/survey.ts';
import { setObstacles } from './ladder-sets.ts';
import { isAhci, isNvme, isVmd } from './pci.ts';
import type { Target } from './plan-types.ts';
import { stackOn } from './stack-stops.ts';
import { diskInWords } from './words.ts';

/** ATA and NVMe both have room for so much. */
const SERIAL_MAX = 20;
const sectorSizes: Readonly<Record<BlockDisk['bus'], readonly number[]>> = { nvme: [512, 4096], ahci: [512] };

/** The kind of controller that the VM gets: the same as the real one, so that what is installed has its driver. */
function busOf(controller: PciDevice): BlockDisk['bus'] | null {
  if (isNvme(controller)) return 'nvme';
  return isAhci(controller) ? 'ahci' : null;
}

/** Why a disk cannot go into a VM as a raw block device, a sentence each. */
export function blockObstacles(survey: Survey, { disk, controller }: Target): string[] {
  const bus = busOf(controller);
  const reasons: string[] = [];
  if (isVmd(controller)) {
    reasons.push(
      'It sits behind Intel VMD: what is installed on an emulated NVMe disk could lack the driver for that. Switching off VMD in the firmware changes it, and so does passthrough.',
    );
  } else if (bus === null) {
    reasons.push(
      `Its controller (class ${controller.class}, driver ${controller.driver ?? 'none'}) is neither NVMe nor AHCI: what is installed on an emulated one could lack the driver for the real one.`,
    );
  } else if (!sectorSizes[bus].includes(disk.logicalSectorBytes)) {
    reasons.push(`Its sectors of ${disk.logicalSectorBytes} bytes cannot be emulated on ${busNames[bus]}.`);
  }
  if (disk.serial === '')
    reasons.push('It has no serial, so it could not be told from another disk before it is written.');
  if (disk.serial.length > SERIAL_MAX) reasons.push(`Its serial is longer than ${SERIAL_MAX} characters.`);
  return [...reasons, ...stackOn(survey, [disk], { alone: true }).obstacles, ...setObstacles(survey, [disk])];
}

/** @throws Error where `blockObstacles` has something to say */
export function blockDisk({ disk, controller }: Target): BlockDisk {
  const bus = busOf(controller);
  if (bus === null) throw new Error(`${controller.address} is neither NVMe nor AHCI`);
  const { path, serial, model, sizeBytes, logicalSectorBytes, physicalSectorBytes } = disk;
  return {
    ...{ path, serial, model, sizeBytes, controller: controller.address, bus },
    ...{ logicalSectorBytes, physicalSectorBytes },
  };
}

const busNames: Readonly<Record<BlockDisk['bus'], string>> = { nvme: 'NVMe', ahci: 'SATA (AHCI)' };

/** How a disk gets into the VM, as the plan says it. */
export function blockHow({ controller }: Target, block: BlockDisk): string {
  const driver = controller.driver === null ? 'its own driver' : `its own driver ${controller.driver}`;
  return `The virtual machine gets an emulated ${busNames[block.bus]} disk with the same serial and sectors; the rescue system's kernel writes to ${block.path} with ${driver}.`;
}

/** What is different from the real disk, as the plan says it. */
export const blockRisks: readonly string[] = [
  'The rescue kernel stands between installer and disk: if it stops, what it had not written yet is lost.',
  'The installer sees another model and WWN than the metal has: whatever names the disk by these (/dev/disk/by-id) is not found there; by UUID or label it is.',
  'The installer does not reach the real controller: no firmware update, no secure erase, no health data of the disk.',
];

/** What speaks against writing to the disk now, a sentence each: it must be the one of the plan, and idle. */
export function blockObjections(now: Survey, block: BlockDisk): string[] {
  const disk = now.disks.find(({ path }) => path === block.path);
  if (!disk) return [`${block.path} is not there any more.`];
  const differs = disk.serial !== block.serial || disk.sizeBytes !== block.sizeBytes || disk.pci !== block.controller;
  if (differs) return [`${block.path} is another disk than the one of the plan: ${diskInWords(disk)}.`];
  const used = disk.mountpoints.length > 0 ? [`It is in use at ${disk.mountpoints.join(', ')} now.`] : [];
  return disk.holders.length > 0 ? [...used, `The rescue system has built ${disk.holders.join(', ')} on it.`] : used;
}
