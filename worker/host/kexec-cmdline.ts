import type { Survey } from '../../core/contracts/survey.ts';
import { asksForIntel, switchedOff } from './ladder-iommu.ts';

/** COMMAND_LINE_SIZE of x86, with the zero at its end: Documentation/admin-guide/kernel-parameters.rst. */
const LONGEST = 2_047;
/** Dead man of the new kernel: after a panic it restarts the server, in seconds. */
const PANIC = 'panic=30';

/** The word by which the new kernel proves that it is the one that we have started. A module's parameter of a module that there is not: the kernel passes over it. */
export function markWord(mark: string): string {
  return `xepa.start=${mark}`;
}

/**
 * The options that would switch the IOMMU on, or why none would. `iommu=pt` leaves the rescue system's own devices as fast as
 * they were. AMD's is on wherever its driver is, unless the command line says otherwise.
 */
export function iommuOptions(survey: Pick<Survey, 'acpiTables' | 'cmdline'>): { options: string } | { why: string } {
  const tables = survey.acpiTables;
  if (tables === null) return { why: 'Whether the firmware offers an IOMMU cannot be told.' };
  const off = switchedOff(survey.cmdline) !== undefined;
  if (tables.includes('DMAR')) {
    return asksForIntel(survey.cmdline) && !off
      ? { why: 'It was started with intel_iommu=on already, and another start would not change this.' }
      : { options: 'intel_iommu=on iommu=pt' };
  }
  if (!tables.includes('IVRS'))
    return { why: 'The firmware offers no IOMMU (no DMAR or IVRS table), and no kernel option changes that.' };
  return off
    ? { options: 'iommu=pt' }
    : { why: "The rescue kernel would use AMD's IOMMU by itself if it could, so another start would not change this." };
}

/**
 * The command line of the running kernel, with the IOMMU on; null where it gets longer than a kernel reads.
 * @param mark see `markWord`
 */
export function kexecCmdline(cmdline: string, { options, mark }: { options: string; mark: string }): string | null {
  const kept = cmdline.split(/\s+/).filter((word) => word !== '' && switchedOff(word) === undefined);
  const line = [...kept, options, PANIC, markWord(mark)].join(' ');
  return line.length > LONGEST ? null : line;
}
