import type { Board } from '../../core/contracts/machine-facts.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import type { Smbios } from '../../core/contracts/survey.ts';

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const releasePattern = /^\d{1,3}\.\d{1,3}$/;

/** The board's own strings for the guest: installers, drivers and licences look at them. Empty fields are left out. */
export function smbiosArgv(smbios: Smbios): string[] {
  return structure(1, {
    manufacturer: smbios.manufacturer,
    product: smbios.product,
    version: smbios.version,
    serial: smbios.serial,
    uuid: uuidPattern.test(smbios.uuid) ? smbios.uuid : '',
    sku: smbios.sku,
    family: smbios.family,
  });
}

/** What stands beside them: firmware (type 0), board (2), chassis (3), and what the maker wrote for itself (11). */
export function boardArgv({ bios, baseboard, chassis, oemStrings }: Board, firmware: Plan['firmware']): string[] {
  const type0 = structure(0, { ...bios, release: releasePattern.test(bios.release) ? bios.release : '' });
  const values = oemStrings.map((text) => printable(text)).filter((text) => text !== '');
  return [
    ...(firmware === 'uefi' ? type0.map((part) => (part === '-smbios' ? part : `${part},uefi=on`)) : type0),
    ...structure(2, baseboard),
    ...structure(3, chassis),
    ...(values.length === 0
      ? []
      : ['-smbios', `type=11,${values.map((text) => `value=${optionValue(text)}`).join(',')}`]),
  ];
}

/** A value inside a comma-separated option of QEMU: a comma is written twice. */
export function optionValue(value: string): string {
  return value.replaceAll(',', ',,');
}

/** Without control characters and what is not ASCII. */
export function printable(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '').trim();
}

function structure(type: number, given: Readonly<Record<string, string>>): string[] {
  const fields = Object.entries(given)
    .map(([name, value]) => [name, printable(value)] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${optionValue(value)}`);
  return fields.length === 0 ? [] : ['-smbios', `type=${type},${fields.join(',')}`];
}
