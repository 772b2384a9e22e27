import { Survey } from '../../core/contracts/survey.ts';

/** A small server in an Alpine rescue system; what a test cares about is given. */
export function aSurvey(given: Partial<Survey> = {}): Survey {
  return Survey.parse({
    pci: [],
    nics: [],
    disks: [],
    firmware: 'bios',
    secureBoot: false,
    tpm: false,
    iommu: true,
    reservedGroups: [],
    vfio: true,
    virtualization: 'svm',
    cpus: 8,
    cpuModel: 'AMD EPYC',
    memoryTotalBytes: 32e9,
    memoryAvailableBytes: 30e9,
    smbios: { manufacturer: '', product: '', version: '', serial: '', uuid: '', sku: '', family: '' },
    os: { id: 'alpine', version: '3.20', kernel: '6.6' },
    cmdline: '',
    tools: [],
    ovmf: null,
    ...given,
  });
}
