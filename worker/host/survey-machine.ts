import type { Smbios, Survey } from '../../core/contracts/survey.ts';
import { firstLine, linesOf, rowsOf, type Sections } from './sections.ts';

type Machine = Pick<
  Survey,
  | 'firmware'
  | 'secureBoot'
  | 'tpm'
  | 'iommu'
  | 'reservedGroups'
  | 'vfio'
  | 'virtualization'
  | 'cpus'
  | 'cpuModel'
  | 'memoryTotalBytes'
  | 'memoryAvailableBytes'
  | 'smbios'
  | 'os'
  | 'cmdline'
>;

/** Board, firmware, processor, memory and the rescue system itself. */
export function parseMachine(sections: Sections): Machine {
  const cpu = valuesOf(sections, 'cpu');
  const memory = valuesOf(sections, 'memory');
  return {
    firmware: firstLine(sections, 'firmware') === 'uefi' ? 'uefi' : 'bios',
    secureBoot: firstLine(sections, 'secure-boot') === '1',
    tpm: linesOf(sections, 'tpm').length > 0,
    iommu: linesOf(sections, 'iommu-class').length > 0 && linesOf(sections, 'iommu-groups').length > 0,
    reservedGroups: linesOf(sections, 'iommu-reserved').map(Number),
    vfio: firstLine(sections, 'vfio') !== 'no',
    virtualization: virtualizationOf(cpu.get('flags') ?? ''),
    cpus: countCpus(cpu.get('online') ?? ''),
    cpuModel: cpu.get('model name') ?? '',
    memoryTotalBytes: kibibytes(memory.get('MemTotal')),
    memoryAvailableBytes: kibibytes(memory.get('MemAvailable')),
    smbios: parseSmbios(rowsOf(sections, 'smbios')),
    os: parseOs(sections),
    cmdline: firstLine(sections, 'cmdline'),
  };
}

/** Counts a kernel list of processors such as `0-3,8,10-11`; at least one. */
export function countCpus(list: string): number {
  const ranges = list.split(',').map((range) => range.trim().split('-').map(Number));
  const count = ranges.reduce((sum, [from = 0, to = from]) => sum + (to - from + 1), 0);
  return Number.isFinite(count) ? Math.max(1, count) : 1;
}

function virtualizationOf(flags: string): Survey['virtualization'] {
  const words = new Set(flags.split(' '));
  if (words.has('svm')) return 'svm';
  return words.has('vmx') ? 'vmx' : 'none';
}

function kibibytes(text: string | undefined): number {
  return (Number.parseInt(text ?? '', 10) || 0) * 1024;
}

/** Lines `name: value` of a section. */
function valuesOf(sections: Sections, name: string): Map<string, string> {
  return new Map(
    linesOf(sections, name).map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}

function parseSmbios(rows: readonly string[][]): Smbios {
  const fields = new Map(rows.map(([name = '', value = '']) => [name, value.trim()]));
  const field = (name: string): string => fields.get(name) ?? '';
  return {
    manufacturer: field('sys_vendor'),
    product: field('product_name'),
    version: field('product_version'),
    serial: field('product_serial'),
    uuid: field('product_uuid').toLowerCase(),
    sku: field('product_sku'),
    family: field('product_family'),
  };
}

function parseOs(sections: Sections): Survey['os'] {
  const release = new Map(
    linesOf(sections, 'os').map((line) => {
      const equals = line.indexOf('=');
      return [line.slice(0, equals), line.slice(equals + 1).replace(/^(["'])(.*)\1$/, '$2')];
    }),
  );
  return {
    id: release.get('ID') ?? '',
    version: release.get('VERSION_ID') ?? '',
    kernel: firstLine(sections, 'kernel'),
  };
}
