import type { PciDevice, Survey } from '../../core/contracts/survey.ts';
import { isAhci, isBridge, isNvme } from './pci.ts';

/**
 * Why a function that nobody can reset stays out: after a restart of the VM it would go on where it was, and write to memory.
 * AHCI and NVMe controllers are let in all the same: whoever drives them has to start them anew first, as their standards say.
 */
export function resetObstacles(survey: Survey, device: PciDevice): string[] {
  if (canBeReset(survey, device) || isAhci(device) || isNvme(device)) return [];
  return [
    `${device.address} cannot be reset, neither by itself nor with its bus: after a restart of the virtual machine it could still write to memory.`,
  ];
}

/** What to know of a function that goes into the VM, a sentence each. */
export function functionRisks(survey: Survey, device: PciDevice): string[] {
  const risks: string[] = [];
  if (!canBeReset(survey, device)) {
    risks.push(
      `The kernel has no way to reset ${device.address}: should it hang in the virtual machine, only a restart of the server brings it back.`,
    );
  }
  const neighbour = onSameLine(survey, device);
  if (neighbour) {
    risks.push(
      `${device.address} shares the interrupt line ${device.interruptLine} with ${neighbour.address}, which stays with the rescue system: the virtual machine may refuse to start with it.`,
    );
  }
  return risks;
}

/** By itself, or by a reset of its bus where everything on it leaves the rescue system together. */
function canBeReset(survey: Survey, device: PciDevice): boolean {
  if (device.resets === null || device.resets.length > 0) return true;
  const { parent } = device;
  if (parent === null) return false;
  return below(survey.pci, parent).every((other) => isBridge(other) || other.iommuGroup === device.iommuGroup);
}

/** All functions behind a bridge, also behind bridges of it. */
function below(pci: readonly PciDevice[], bridge: string): PciDevice[] {
  const reached = new Set([bridge]);
  for (const address of reached) for (const one of pci) if (one.parent === address) reached.add(one.address);
  return pci.filter(({ address }) => address !== bridge && reached.has(address));
}

function onSameLine({ pci }: Survey, { interruptLine, iommuGroup }: PciDevice): PciDevice | undefined {
  if (interruptLine === null) return undefined;
  return pci.find(
    (other) => other.interruptLine === interruptLine && !isBridge(other) && other.iommuGroup !== iommuGroup,
  );
}
