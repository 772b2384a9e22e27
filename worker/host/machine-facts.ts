import { type Board, LicenceTable, type MachineFacts } from '../../core/contracts/machine-facts.ts';
import { firstLine, linesOf, rowsOf, type Sections } from './sections.ts';

const hugePageMb = 2;
/** Some makers fill pages with them; QEMU's tables have their limits. */
const maxOemStrings = 32;

/** What the server and its QEMU offer to the VM, from the sections of any script that looks. */
export function parseMachineFacts(sections: Sections): MachineFacts {
  const [, major] = /version (\d+)\./.exec(firstLine(sections, 'version')) ?? [];
  return {
    qemuMajor: major === undefined ? null : Number(major),
    acpiTables: linesOf(sections, 'acpi').flatMap((name) => LicenceTable.safeParse(name.trim()).data ?? []),
    board: parseBoard(sections),
    freeHugePagesMb: (Number.parseInt(firstLine(sections, 'huge-pages'), 10) || 0) * hugePageMb,
  };
}

function parseBoard(sections: Sections): Board {
  const fields = new Map(rowsOf(sections, 'board').map(([name = '', value = '']) => [name, value.trim()]));
  const field = (name: string) => fields.get(name) ?? '';
  return {
    bios: {
      ...{ vendor: field('bios_vendor'), version: field('bios_version') },
      ...{ date: field('bios_date'), release: field('bios_release') },
    },
    baseboard: {
      ...{ manufacturer: field('board_vendor'), product: field('board_name'), version: field('board_version') },
      ...{ serial: field('board_serial'), asset: field('board_asset_tag') },
    },
    chassis: {
      ...{ manufacturer: field('chassis_vendor'), version: field('chassis_version') },
      ...{ serial: field('chassis_serial'), asset: field('chassis_asset_tag') },
    },
    oemStrings: linesOf(sections, 'oem-strings').flatMap(stringsOf).slice(0, maxOemStrings),
  };
}

/** Strings behind the fields of an SMBIOS structure; its second byte is the length of the fields. */
function stringsOf(hex: string): string[] {
  const bytes = Buffer.from(hex.trim(), 'hex');
  const strings = bytes.subarray(bytes[1] ?? bytes.length).toString('latin1');
  return strings.split('\0').filter((text) => text !== '');
}
