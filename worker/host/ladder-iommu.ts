import type { Survey } from '../../core/contracts/survey.ts';

const start = 'The IOMMU is off, so no hardware can be given to a virtual machine.';

/**
 * Why no IOMMU is there, and what to do. The firmware offers one by an ACPI table: DMAR of Intel, IVRS of AMD. Without
 * either it is off in the firmware, and no command line changes that.
 */
export function iommuAdvice(survey: Pick<Survey, 'acpiTables' | 'cmdline' | 'virtualization'>): string {
  const { acpiTables: tables, virtualization } = survey;
  if (tables === null) return `${start} To change that, ${anywhere[virtualization]}.`;
  const table = tables.find((name) => name === 'DMAR' || name === 'IVRS');
  if (table === undefined) {
    return `${start} It is off in the firmware, which shows no ${tableNames[virtualization]}: ${inFirmware[virtualization]} there. No kernel option can do that.`;
  }
  const off = switchedOff(survey.cmdline);
  const found = `${start} The firmware offers it (${table})`;
  if (off)
    return `${found}, but the rescue kernel was started with ${off}: switch on the IOMMU by starting it without that.`;
  if (asksForIntel(survey.cmdline))
    return `${found}, and the rescue kernel was started with intel_iommu=on, but finds none: its messages (dmesg, DMAR) say why.`;
  if (table === 'DMAR')
    return `${found}, but the rescue kernel was started without intel_iommu=on: switch on the IOMMU by starting it with that.`;
  return `${found}, but the rescue kernel does not use it: switch on the IOMMU by a kernel with AMD's driver.`;
}

export function asksForIntel(cmdline: string): boolean {
  return /(^|\s)intel_iommu=(\S+,)?on(,|\s|$)/.test(cmdline);
}

/** The option that says so, as it stands on the command line. */
export function switchedOff(cmdline: string): string | undefined {
  return cmdline.split(/\s+/).find((word) => /^((intel|amd)_)?iommu=(\S+,)?off(,|$)/.test(word));
}

const anywhere = {
  vmx: 'switch on VT-d in the firmware and start the rescue kernel with intel_iommu=on',
  svm: 'switch on IOMMU (AMD-Vi) in the firmware',
  none: 'switch on VT-d or AMD-Vi in the firmware and, on Intel, start the rescue kernel with intel_iommu=on',
} as const;

const inFirmware = {
  vmx: 'switch on VT-d',
  svm: 'switch on IOMMU (AMD-Vi)',
  none: 'switch on VT-d or AMD-Vi',
} as const;

const tableNames = { vmx: 'DMAR table', svm: 'IVRS table', none: 'DMAR or IVRS table' } as const;
