import type { NicRung, Placement } from '../../core/contracts/ladder.ts';
import type { Nic, PciDevice, Survey } from '../../core/contracts/survey.ts';
import { type KexecOutcome, kexecRefusal } from './ladder-kexec.ts';
import { functionObstacles } from './ladder-reasons.ts';
import { functionRisks } from './ladder-resets.ts';
import { networkInWords } from './network-words.ts';
import { groupMembers, hangsOn, isPort } from './pci.ts';
import type { Findings, PlacedNic } from './plan-types.ts';
import { nicInWords } from './words.ts';

/**
 * A spare port goes into the VM: one with a link before one without, then by lowest address. Where none can be spared, the
 * VM gets user-mode NAT behind the real MAC of the lifeline, so that leases and licences match; never a bridge.
 * @param give MAC of the one port that may be given; absent: any
 * @param diskGroup the IOMMU group that goes into the VM for the disk: a port in it costs nothing more
 */
export function placeNic(
  survey: Survey,
  given: {
    diskGroup: number | null;
    asked: NicRung | undefined;
    give?: string | undefined;
    findings: Findings;
    kexec?: KexecOutcome | undefined;
  },
): PlacedNic {
  const { diskGroup, asked, give, findings, kexec } = given;
  const ports = survey.nics
    .filter(({ mac }) => give === undefined || mac === give)
    .flatMap((nic) => portOf(survey, nic));
  const judged = ports.map((port) => ({ ...port, why: portObstacles(survey, port, diskGroup) }));
  const [spare] = judged
    .filter(({ why }) => why.length === 0)
    .sort((a, b) => Number(b.nic.carrier) - Number(a.nic.carrier) || a.device.address.localeCompare(b.device.address));
  if (spare && asked !== 'emulated') return passedThrough(survey, spare, asked);
  const why = whyNoPort(survey, { asked, reasons: judged.flatMap(({ why: reasons }) => reasons) });
  if (asked === 'passthrough') findings.refusals.push(`No network port can go into the virtual machine. ${why}`);
  return emulated(survey, { asked, why, noKexec: kexecRefusal(survey, kexec) });
}

interface Port {
  nic: Nic;
  device: PciDevice;
}

/** A real network port that does not carry our connection. */
function portOf(survey: Survey, nic: Nic): Port[] {
  const device = survey.pci.find((other) => other.address === nic.pci);
  return nic.lifeline || !isPort(nic) || !device?.class.startsWith('02') ? [] : [{ nic, device }];
}

/** Nothing that rescue needs, and no disk that was not chosen, may share the group of a port that is given away. */
function portObstacles(survey: Survey, { nic, device }: Port, diskGroup: number | null): string[] {
  const obstacles = functionObstacles(survey, device);
  const group = device.iommuGroup;
  if (obstacles.length > 0 || group === null || group === diskGroup) return obstacles;
  const members = new Set(groupMembers(survey.pci, group).map((member) => member.address));
  const disk = survey.disks.some((other) => hangsOn(other, members));
  return disk ? [`${nicInWords(nic)} shares its IOMMU group ${group} with the controller of a disk.`] : [];
}

function whyNoPort(survey: Survey, given: { asked: NicRung | undefined; reasons: readonly string[] }): string {
  if (given.asked === 'emulated') return 'An emulated port was asked for.';
  if (!survey.iommu || !survey.vfio) return given.reasons[0] ?? 'The only network port carries our connection.';
  return given.reasons.join(' ') || 'The only network port carries our connection; no other one can be spared.';
}

function passedThrough(survey: Survey, { nic, device }: Port, asked: NicRung | undefined): PlacedNic {
  const link = nic.carrier
    ? []
    : [
        `${nic.name} shows no link. A port that the rescue system left switched off never shows one; check the cable if the installer finds no network.`,
      ];
  const how = `The port ${device.address} itself goes into the virtual machine; the installer is in the server's own network.`;
  return {
    nic: { mode: 'passthrough', mac: nic.mac, address: device.address },
    placement: {
      ...{ part: 'nic', device: nicInWords(nic), rung: 'passthrough', asked: asked === 'passthrough' },
      ...{ how, refused: [], risks: [...link, ...functionRisks(survey, device)] },
    },
  };
}

function emulated(
  survey: Survey,
  { asked, why, noKexec }: { asked: NicRung | undefined; why: string; noKexec: string },
): PlacedNic {
  const lifelines = survey.nics.filter((nic) => nic.lifeline);
  const lifeline = lifelines.find((nic) => isPort(nic) && nic.pci !== null) ?? lifelines.find(isPort);
  const network = networkInWords(survey);
  const how =
    'The virtual machine gets an emulated Intel port (e1000e) with the MAC of the real one, behind NAT: DHCP gives the installer 10.0.2.15, it can call out, and nobody can call it.';
  const placement: Placement = {
    ...{
      part: 'nic',
      device: lifeline ? nicInWords(lifeline) : 'no port',
      rung: 'emulated',
      asked: asked === 'emulated',
    },
    how,
    refused: [
      { rung: 'passthrough', why },
      { rung: 'kexec', why: noKexec },
    ],
    risks: [
      'On the metal the port has another name and another driver: set the network up by MAC, not by a name such as ens3.',
      "The installer never sees the server's own network: a static address has to be entered, and cannot be tried before the metal boots.",
      ...network.map((line) => `To enter there: ${line}.`),
    ],
  };
  return { nic: { mode: 'emulated', mac: lifeline?.mac ?? '', address: null }, placement };
}
