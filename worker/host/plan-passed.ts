import type { PassedDevice, Plan } from '../../core/contracts/plan.ts';
import type { PciDevice, Survey } from '../../core/contracts/survey.ts';
import { groupMembers } from './pci.ts';
import type { PlacedDisk } from './plan-types.ts';
import { diskInWords, nicInWords } from './words.ts';

/**
 * Every function that has to be bound to vfio-pci: the controller where it is passed through, the spare port, and the rest of
 * their groups, without bridges. The VM is given only those of purpose `disk` and `nic`; a `group-member` is bound so that the
 * group is viable, and then left alone: the installer cannot touch what it was not meant to have.
 */
export function passedDevices(survey: Survey, disk: PlacedDisk, nic: Plan['nic']): PassedDevice[] {
  const nicGroup = survey.pci.find((device) => device.address === nic.address)?.iommuGroup;
  const groups = new Set([disk.group, nicGroup].filter((group) => typeof group === 'number'));
  return [...groups].flatMap((group) =>
    groupMembers(survey.pci, group).map((device) => ({
      address: device.address,
      group,
      ...describe(survey, device, { disk, nic }),
      driver: device.driver,
    })),
  );
}

function describe(
  survey: Survey,
  device: PciDevice,
  { disk, nic }: { disk: PlacedDisk; nic: Plan['nic'] },
): Pick<PassedDevice, 'purpose' | 'label'> {
  if (disk.group !== null && device.address === disk.target.controller.address) {
    return { purpose: 'disk', label: `controller of ${diskInWords(disk.target.disk)}` };
  }
  const port = survey.nics.find((other) => other.pci === device.address);
  if (device.address === nic.address && port) return { purpose: 'nic', label: nicInWords(port) };
  const name = port ? nicInWords(port) : `${device.vendor}:${device.device}, class ${device.class}`;
  return { purpose: 'group-member', label: `shares the group: ${name}` };
}
