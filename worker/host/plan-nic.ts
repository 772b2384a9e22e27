import type { Plan } from '../../core/contracts/plan.ts';
import type { Nic, Survey } from '../../core/contracts/survey.ts';
import { groupMembers } from './pci.ts';
import type { Findings, Target } from './plan-types.ts';

/**
 * A spare port goes into the VM: one with a link before one without, then by lowest address. Where none can be spared, the
 * VM gets user-mode NAT behind the real MAC of the lifeline, so that leases and licences match; never a bridge.
 */
export function chooseNic(survey: Survey, target: Target | null, findings: Findings): Plan['nic'] {
  const [spare] = survey.nics
    .filter((nic) => isSpare(survey, nic, target))
    .sort((a, b) => Number(b.carrier) - Number(a.carrier) || (a.pci ?? '').localeCompare(b.pci ?? ''));
  if (spare) {
    if (!spare.carrier)
      findings.warnings.push(
        `${spare.name}, the port for the installer, shows no link. A port that the rescue system left switched off never shows one; check the cable if the installer finds no network.`,
      );
    return { mode: 'passthrough', mac: spare.mac, address: spare.pci };
  }
  const lifelines = survey.nics.filter((nic) => nic.lifeline);
  const lifeline = lifelines.find((nic) => nic.pci !== null) ?? lifelines[0];
  findings.warnings.push(
    'No network port can be spared: the installer gets an emulated one with the MAC of the real one, behind NAT. Set the network up by MAC, since the name of the port will be another.',
  );
  return { mode: 'emulated', mac: lifeline?.mac ?? '', address: null };
}

/** Nothing that rescue needs, and no disk that was not chosen, may share the group of a port that is given away. */
function isSpare(survey: Survey, nic: Nic, target: Target | null): boolean {
  const device = survey.pci.find((other) => other.address === nic.pci);
  if (nic.lifeline || !device || device.iommuGroup === null || !device.class.startsWith('02')) return false;
  const members = groupMembers(survey.pci, device.iommuGroup).map((member) => member.address);
  const lifeline = survey.nics.some((other) => other.lifeline && other.pci !== null && members.includes(other.pci));
  const otherDisk = survey.disks.some((disk) => disk.pci !== null && members.includes(disk.pci));
  return !lifeline && (!otherDisk || device.iommuGroup === target?.group);
}
