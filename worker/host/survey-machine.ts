import type { Smbios, Survey } from '../../core/contracts/survey.ts';
import { firstLine, linesOf, rowsOf, type Sections } from './sections.ts';
import { parseBoard } from './survey-board.ts';
import { parseBootMenu } from './survey-boot-menu.ts';
import { countCpus, parseProcessor } from './survey-processor.ts';

type Machine = Pick<
  Survey,
  | 'firmware'
  | 'secureBoot'
  | 'bootMenu'
  | 'tpm'
  | 'tpmVersion'
  | 'iommu'
  | 'reservedGroups'
  | 'acpiTables'
  | 'vfio'
  | 'virtualization'
  | 'architecture'
  | 'cpus'
  | 'cpuModel'
  | 'processor'
  | 'memoryTotalBytes'
  | 'memoryAvailableBytes'
  | 'hugePages'
  | 'smbios'
  | 'board'
>;

/** Board, firmware, processor and memory. */
export function parseMachine(sections: Sections): Machine {
  const cpu = valuesOf(sections, 'cpu');
  const memory = valuesOf(sections, 'memory');
  const tables = sections.has('acpi') ? linesOf(sections, 'acpi').map((line) => line.trim()) : [];
  return {
    firmware: firstLine(sections, 'firmware') === 'uefi' ? 'uefi' : 'bios',
    secureBoot: firstLine(sections, 'secure-boot') === '1',
    bootMenu: parseBootMenu(rowsOf(sections, 'boot-variables')),
    tpm: linesOf(sections, 'tpm').length > 0,
    tpmVersion: rowsOf(sections, 'tpm')[0]?.[1]?.trim() ?? '',
    iommu: linesOf(sections, 'iommu-class').length > 0 && linesOf(sections, 'iommu-groups').length > 0,
    reservedGroups: linesOf(sections, 'iommu-reserved').map(Number),
    acpiTables: tables.length > 0 ? tables : null,
    vfio: firstLine(sections, 'vfio') !== 'no',
    virtualization: virtualizationOf(cpu.get('flags') ?? ''),
    architecture: firstLine(sections, 'architecture'),
    cpus: countCpus(cpu.get('online') ?? ''),
    cpuModel: cpu.get('model name') ?? '',
    processor: parseProcessor(cpu, rowsOf(sections, 'numa')),
    memoryTotalBytes: kibibytes(memory.get('MemTotal')),
    memoryAvailableBytes: kibibytes(memory.get('MemAvailable')),
    hugePages: hugePagesOf(memory),
    smbios: parseSmbios(rowsOf(sections, 'smbios')),
    board: parseBoard(rowsOf(sections, 'smbios')),
  };
}

function virtualizationOf(flags: string): Survey['virtualization'] {
  const words = new Set(flags.split(' '));
  if (words.has('svm')) return 'svm';
  return words.has('vmx') ? 'vmx' : 'none';
}

function kibibytes(text: string | undefined): number {
  return (Number.parseInt(text ?? '', 10) || 0) * 1024;
}

function hugePagesOf(memory: ReadonlyMap<string, string>): Survey['hugePages'] {
  if (!memory.has('Hugepagesize')) return null;
  return {
    bytes: kibibytes(memory.get('Hugepagesize')),
    total: Number(memory.get('HugePages_Total')) || 0,
    free: Number(memory.get('HugePages_Free')) || 0,
  };
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
