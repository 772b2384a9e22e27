import type { PciDevice, Survey } from '../../core/contracts/survey.ts';
import { iommuAdvice } from './ladder-iommu.ts';
import { resetObstacles } from './ladder-resets.ts';
import { groupMembers, hangsOn } from './pci.ts';
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
  return [
    ...reserved,
    ...lifelineObstacles(survey, device.address, group),
    ...occupiedObstacles(survey, device.address, group),
    ...groupMembers(survey.pci, group).flatMap(virtualFunctionObstacles),
    ...resetObstacles(survey, device),
  ];
}

/** The whole group has to leave the kernel's drivers, and the port that carries our connection never does. */
function lifelineObstacles(survey: Survey, address: string, group: number): string[] {
  const members = new Set(groupMembers(survey.pci, group).map((member) => member.address));
  return survey.nics
    .filter((nic) => nic.lifeline && hangsOn(nic, members))
    .map((nic) => `${address} shares its IOMMU group ${group} with ${nicInWords(nic)}, which carries our connection.`);
}

/** What the rescue system was started from may be a CD on the same controller. */
function occupiedObstacles(survey: Survey, address: string, group: number): string[] {
  const members = new Set(groupMembers(survey.pci, group).map((member) => member.address));
  return survey.occupied
    .filter((one) => hangsOn({ pci: null, through: one.through }, members))
    .map(
      ({ name, mountpoints }) =>
        `${address} shares its IOMMU group ${group} with ${name}, which is in use at ${mountpoints.join(', ')}.`,
    );
}

/** The metal starts without virtual functions: what was installed on one would not find it again. */
function virtualFunctionObstacles({ address, physicalFunction, virtualFunctions }: PciDevice): string[] {
  if (physicalFunction !== null)
    return [`${address} is a virtual function (SR-IOV) of ${physicalFunction}; after a restart it is not there.`];
  if (virtualFunctions === 0) return [];
  return [`${address} has ${virtualFunctions} virtual functions (SR-IOV) now, which would go away with it.`];
}
