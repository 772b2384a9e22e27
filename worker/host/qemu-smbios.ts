import type { Smbios } from '../../core/contracts/survey.ts';

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The board's own strings for the guest: installers, drivers and licences look at them. Empty fields are left out. */
export function smbiosArgv(smbios: Smbios): string[] {
  const fields = Object.entries({
    manufacturer: smbios.manufacturer,
    product: smbios.product,
    version: smbios.version,
    serial: smbios.serial,
    uuid: uuidPattern.test(smbios.uuid) ? smbios.uuid : '',
    sku: smbios.sku,
    family: smbios.family,
  })
    .map(([name, value]) => [name, printable(value)] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${optionValue(value)}`);
  return fields.length === 0 ? [] : ['-smbios', `type=1,${fields.join(',')}`];
}

/** A value inside a comma-separated option of QEMU: a comma is written twice. */
export function optionValue(value: string): string {
  return value.replaceAll(',', ',,');
}

/** Without control characters and what is not ASCII. */
export function printable(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '').trim();
}
