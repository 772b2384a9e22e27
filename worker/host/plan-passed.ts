import type { PassedDevice, Plan } from '../../core/contracts/plan.ts';
import type { PciDevice, Survey } from '../../core/contracts/survey.ts';
import { groupMembers } from './pci.ts';
import type { Target } from './plan-types.ts';
import { diskInWords, nicInWords } from './words.ts';

/**
 * Every function that has to be bound to vfio-pci: the controller, the spare port, and the rest of their groups, without
 * bridges. The VM is given only those of purpose `disk` and `nic`; a `group-member` is bound so that the group is viable, and
 * then left alone: the installer cannot touch what it was not meant to have.
 */
export function passedDevices(survey: Survey, target: Target, nic: Plan['nic']): PassedDevice[] {
  const nicGroup = survey.pci.find((device) => device.address === nic.address)?.iommuGroup;
  const groups = new Set([target.group, ...(typeof nicGroup === 'number' ? [nicGroup] : [])]);
  return [...groups].flatMap((group) =>
    groupMembers(survey.pci, group).map((device) => ({
      address: device.address,
      group,
      ...describe(survey, device, { target, nic }),
      driver: device.driver,
    })),
  );
}

function describe(
  survey: Survey,
  device: PciDevice,
  chosen: { target: Target; nic: Plan['nic'] },
): Pick<PassedDevice, 'purpose' | 'label'> {
  if (device.address === chosen.target.controller.address) {
    return { purpose: 'disk', label: `controller of ${diskInWords(chosen.target.disk)}` };
  }
  const port = survey.nics.find((nic) => nic.pci === device.address);
  if (device.address === chosen.nic.address && port) return { purpose: 'nic', label: nicInWords(port) };
  const name = port ? nicInWords(port) : `${device.vendor}:${device.device}, class ${device.class}`;
  return { purpose: 'group-member', label: `shares the group: ${name}` };
}
