import type { Survey } from '../../core/contracts/survey.ts';
import { diskInWords, nicInWords } from './words.ts';

type Hardware = Pick<Survey, 'firmware' | 'disks' | 'nics'>;

/**
 * What may show later than SSH answers, and is waited for alone, in words: without its boot entries a UEFI server is none the worse, but the plan
 * names the systems on its disks by them.
 */
export function lateFindings(before: Pick<Survey, 'bootMenu'>, after: Pick<Survey, 'bootMenu'>): string[] {
  return before.bootMenu !== null && after.bootMenu === null ? ["its firmware's boot entries"] : [];
}

/**
 * What the kernel before had and the one that was started in its place has not, in words. Without its UEFI firmware the server would be
 * given a guest for BIOS; a controller that the old kernel left in an odd state may have no disk, and a port no driver. What hangs
 * on USB is left out: virtual media of a management controller come and go.
 */
export function lostHardware(before: Hardware, after: Hardware): string[] {
  const disks = before.disks.filter(
    ({ pci, serial, transport }) => pci !== null && serial !== '' && transport !== 'usb',
  );
  const ports = before.nics.filter(({ pci }) => pci !== null);
  return [
    ...(before.firmware === 'uefi' && after.firmware !== 'uefi' ? ['its UEFI firmware'] : []),
    ...disks.filter(({ serial }) => !after.disks.some((disk) => disk.serial === serial)).map(diskInWords),
    ...ports.filter(({ mac }) => !after.nics.some((port) => port.mac === mac)).map(nicInWords),
  ];
}
