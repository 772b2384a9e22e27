import type { Board } from '../../core/contracts/hardware.ts';

/** Rows `name value` from /sys/class/dmi/id; null where nobody asked for more than the strings of type 1. */
export function parseBoard(rows: readonly string[][]): Board | null {
  const fields = new Map(rows.map(([name = '', value = '']) => [name, value.trim()]));
  if (!fields.has('bios_vendor')) return null;
  const field = (name: string): string => fields.get(name) ?? '';
  return {
    bios: {
      vendor: field('bios_vendor'),
      version: field('bios_version'),
      date: field('bios_date'),
      release: field('bios_release'),
    },
    baseboard: {
      manufacturer: field('board_vendor'),
      product: field('board_name'),
      version: field('board_version'),
      serial: field('board_serial'),
      assetTag: field('board_asset_tag'),
    },
    chassis: {
      manufacturer: field('chassis_vendor'),
      type: field('chassis_type'),
      version: field('chassis_version'),
      serial: field('chassis_serial'),
      assetTag: field('chassis_asset_tag'),
    },
  };
}
