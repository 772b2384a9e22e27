import type { PciDevice, Survey } from '../../core/contracts/survey.ts';
import { groupMembers } from './pci.ts';
import { nicInWords } from './words.ts';

/** Why a PCI function cannot go into a VM whatever else is on the server, a sentence each. */
export function functionObstacles(survey: Survey, device: PciDevice): string[] {
  if (!survey.iommu) return [iommuAdvice(survey)];
  if (!survey.vfio) return ['The rescue kernel has no vfio-pci, so it can give no hardware away.'];
  const { iommuGroup: group } = device;
  if (group === null) return [`${device.address} is in no IOMMU group.`];
  const reserved = survey.reservedGroups.includes(group)
    ? [`The firmware keeps memory for itself in the IOMMU group ${group} of ${device.address} (RMRR).`]
    : [];
  return [...reserved, ...lifelineObstacles(survey, device.address, group)];
}

/** The whole group has to leave the kernel's drivers, and the port that carries our connection never does. */
function lifelineObstacles(survey: Survey, address: string, group: number): string[] {
  const members = new Set(groupMembers(survey.pci, group).map((member) => member.address));
  return survey.nics
    .filter((nic) => nic.lifeline && nic.pci !== null && members.has(nic.pci))
    .map((nic) => `${address} shares its IOMMU group ${group} with ${nicInWords(nic)}, which carries our connection.`);
}

/** Why the rescue kernel is not started anew. */
export function kexecRefusal(survey: Survey): string {
  return survey.iommu
    ? 'The IOMMU is on; starting the rescue kernel anew would not change this.'
    : 'XEPA cannot start the rescue kernel anew with the IOMMU on; that is not built yet.';
}

function iommuAdvice(survey: Survey): string {
  const advice = {
    vmx: 'switch on VT-d in the firmware and start the rescue kernel with intel_iommu=on',
    svm: 'switch on IOMMU (AMD-Vi) in the firmware',
    none: 'switch on VT-d or AMD-Vi in the firmware and, on Intel, start the rescue kernel with intel_iommu=on',
  } as const;
  return `The IOMMU is off, so no hardware can be given to a virtual machine. To change that, ${advice[survey.virtualization]}.`;
}
