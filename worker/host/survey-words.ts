import type { Nic, Survey } from '../../core/contracts/survey.ts';
import { networkInWords } from './network-words.ts';
import { isPort } from './pci.ts';
import { contentsInWords, diskInWords, nicInWords, sizeInWords } from './words.ts';

/** So many of each: the rest is in the record. */
const MAX = 12;

/** The hardware of a server as people want to know it, a line for each matter. Serial numbers only of disks: by these they are chosen. */
export function surveyInWords(survey: Survey): string[] {
  return [
    processorInWords(survey),
    firmwareInWords(survey),
    ...survey.disks.slice(0, MAX).map((disk) => `Disk: ${diskInWords(disk)}: ${contentsInWords(disk)}`),
    ...survey.nics.filter(isPort).slice(0, MAX).map(portInWords),
    ...networkInWords(survey).map((line) => `Network: ${line}`),
  ];
}

function processorInWords({ processor, cpuModel, cpus, memoryTotalBytes, virtualization }: Survey): string {
  const sockets = processor && processor.sockets > 1 ? `${processor.sockets} × ` : '';
  const nodes = processor && processor.numa.length > 1 ? `, ${processor.numa.length} NUMA nodes` : '';
  const none = virtualization === 'none' ? ', no virtualization' : '';
  return `${sockets}${cpuModel || 'unknown processor'}, ${cpus} processors${nodes}, ${sizeInWords(memoryTotalBytes)} of memory${none}`;
}

function firmwareInWords(survey: Survey): string {
  const { bios } = survey.board ?? {};
  const mode = survey.firmware === 'uefi' ? 'UEFI' : 'Legacy BIOS';
  return [
    [mode, bios?.vendor, bios?.version].filter((part) => part).join(' '),
    `Secure Boot ${survey.secureBoot ? 'on' : 'off'}`,
    survey.tpm ? `TPM ${{ '1': '1.2', '2': '2.0' }[survey.tpmVersion] ?? ''}`.trim() : 'no TPM',
    `IOMMU ${survey.iommu ? 'on' : 'off'}`,
    ...(survey.bootMenu
      ? [
          `boots ${
            survey.bootMenu.entries
              .slice(0, 4)
              .map(({ name }) => name)
              .join(', ') || 'nothing'
          }`,
        ]
      : []),
  ].join(', ');
}

function portInWords(nic: Nic): string {
  const speed =
    nic.speedMbps === null
      ? ''
      : `, ${nic.speedMbps >= 1000 ? `${nic.speedMbps / 1000} Gbit/s` : `${nic.speedMbps} Mbit/s`}`;
  const link = nic.carrier ? `link${speed}` : 'no link';
  const use = nic.lifeline ? ', carries our connection' : '';
  const member = nic.master === null ? '' : `, in ${nic.master}`;
  return `Port: ${nicInWords(nic)}${nic.driver ? `, ${nic.driver}` : ''}, ${link}${member}${use}`;
}
