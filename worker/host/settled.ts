import type { PciDevice, Survey } from '../../core/contracts/survey.ts';
import { isBehindVmd, isNvme } from './pci.ts';

/**
 * Addresses of disk controllers and network ports that the kernel has not taken up: SSH may answer before a rescue
 * system has loaded its drivers, and a port that is not there yet would be missing in the plan.
 */
export function notTakenUp(survey: Pick<Survey, 'pci' | 'nics' | 'disks'>): string[] {
  return survey.pci.filter((device) => !isTakenUp(device, survey)).map(({ address }) => address);
}

function isTakenUp(device: PciDevice, { nics, disks }: Pick<Survey, 'nics' | 'disks'>): boolean {
  const storage = device.class.startsWith('01');
  const network = device.class.startsWith('0200');
  if (!storage && !network) return true;
  if (device.driver === null) return false;
  if (device.driver === 'vfio-pci') return true;
  if (network) return nics.some(({ pci }) => pci === device.address);
  // What sits behind a volume management device has its disk counted as that device's.
  if (isBehindVmd(device)) return true;
  // Other controllers may well have no disk; an NVMe one is its disk.
  return !isNvme(device) || disks.some(({ pci }) => pci === device.address);
}
