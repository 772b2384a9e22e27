import { type Board, LicenceTable, type MachineFacts } from '../../core/contracts/machine-facts.ts';
import type { Command } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { machineFactsScript } from './scripts/machine-facts.ts';
import { firstLine, linesOf, parseSections, rowsOf, type Sections } from './sections.ts';

const hugePageMb = 2;
/** Some makers fill pages with them; QEMU's tables have their limits. */
const maxOemStrings = 32;

/**
 * What the server and its QEMU offer to the VM: read-only, and only after `addPackages`.
 * @param wanted `version`: that of QEMU, which has to be started for it
 */
export function machineFacts(wanted: { version: boolean }): Command<MachineFacts> {
  return scriptCommand({
    script: machineFactsScript,
    args: wanted.version ? ['version'] : [],
    timeoutMs: 60_000,
    parse: (output) => parseMachineFacts(parseSections(output.stdout)),
  });
}

function parseMachineFacts(sections: Sections): MachineFacts {
  const [, major] = /version (\d+)\./.exec(firstLine(sections, 'qemu')) ?? [];
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
