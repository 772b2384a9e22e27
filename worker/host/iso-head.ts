import type { MediaFacts } from '../../core/contracts/facts.ts';

/** Label, boot methods and origin of an ISO, or a sentence that says why no server can boot it. */
export type IsoHead = Pick<MediaFacts, 'label' | 'boots' | 'windows'> | { unusable: string };

/** Why a file is of no use even where nothing has to boot from it. */
export const notAnIso = 'The file is not an ISO image: no ISO 9660 volume is in it.';

const sector = 2048;
const entryBytes = 32;
const platformX86 = 0x00;
const platformEfi = 0xef;
const bootable = 0x88;
const moreHeaders = 0x90;
const lastHeader = 0x91;

/**
 * Reads an ISO 9660 primary volume descriptor, an El Torito boot record, and the boot catalogue it points to.
 * @param descriptors sectors 16 and 17 of the image
 * @param catalogue the sector that the boot record names; empty where it names none
 */
export function parseIsoHead(descriptors: Uint8Array, catalogue: Uint8Array): IsoHead {
  if (text(descriptors, 1, 5) !== 'CD001') return { unusable: notAnIso };
  const record = descriptors.subarray(sector);
  if (text(record, 1, 5) !== 'CD001' || !text(record, 7, 32).startsWith('EL TORITO SPECIFICATION')) {
    return { unusable: 'The ISO image is not bootable: it has no El Torito boot record.' };
  }
  if (catalogue[0] !== 1 || catalogue[30] !== 0x55 || catalogue[31] !== 0xaa) {
    return { unusable: 'The ISO image is damaged: its boot catalogue cannot be read.' };
  }
  const boots = bootMethods(catalogue);
  if (boots.length === 0) return { unusable: 'The ISO image boots neither BIOS nor UEFI servers with x86 processors.' };
  const label = text(descriptors, 40, 32).trim();
  return { label, boots, ...(isWindows(label, descriptors) ? { windows: true } : {}) };
}

/**
 * Microsoft's own images name it as publisher or preparer; those that people make again with its tools are labelled as
 * theirs are: CCCOMA_X64FRE_EN-US_DV9, SSS_X64FREE_EN-US_DV9.
 */
function isWindows(label: string, volume: Uint8Array): boolean {
  const makers = [text(volume, 318, 128), text(volume, 446, 128)];
  return makers.some((maker) => /^\s*MICROSOFT\b/i.test(maker)) || /_X(64|86)FRE/i.test(label);
}

/** Why an ISO will not boot on a server with this firmware; null if it will. */
export function bootMismatch(boots: MediaFacts['boots'], firmware: 'bios' | 'uefi'): string | null {
  if (boots.includes(firmware)) return null;
  const [has, wants] = firmware === 'uefi' ? ['BIOS', 'UEFI'] : ['UEFI', 'BIOS'];
  return `The ISO boots only by ${has}, but this server was started by ${wants}. Take another ISO, or switch the boot mode of the server.`;
}

function bootMethods(catalogue: Uint8Array): MediaFacts['boots'] {
  const platforms = bootPlatforms(catalogue);
  const boots: MediaFacts['boots'] = [];
  if (platforms.has(platformX86)) boots.push('bios');
  if (platforms.has(platformEfi)) boots.push('uefi');
  return boots;
}

/** The first entry follows the validation entry, which names its platform; every later section has a header of its own. */
function bootPlatforms(catalogue: Uint8Array): Set<number> {
  const platforms = new Set<number>();
  if (catalogue[entryBytes] === bootable) platforms.add(catalogue[1] ?? -1);
  let at = 2 * entryBytes;
  while (catalogue[at] === moreHeaders || catalogue[at] === lastHeader) {
    const count = (catalogue[at + 2] ?? 0) + 256 * (catalogue[at + 3] ?? 0);
    const first = at + entryBytes;
    if (hasBootable(catalogue, first, count)) platforms.add(catalogue[at + 1] ?? -1);
    at = catalogue[at] === lastHeader ? catalogue.length : first + count * entryBytes;
  }
  return platforms;
}

function hasBootable(catalogue: Uint8Array, first: number, count: number): boolean {
  for (let entry = 0; entry < count; entry += 1) if (catalogue[first + entry * entryBytes] === bootable) return true;
  return false;
}

function text(bytes: Uint8Array, from: number, length: number): string {
  return new TextDecoder('latin1').decode(bytes.subarray(from, from + length)).replaceAll('\0', ' ');
}
