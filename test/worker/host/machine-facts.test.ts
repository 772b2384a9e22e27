import { expect, it } from 'vitest';
import { parseMachineFacts } from '../../../worker/host/machine-facts.ts';
import { parseSections } from '../../../worker/host/sections.ts';

function parsed(...lines: string[]) {
  return parseMachineFacts(parseSections([...lines, '## xepa end', ''].join('\n')));
}

it('tells what the server offers to its VM', () => {
  // Type 11, five bytes of fields, then "Dell System" and "1[0A2B]".
  const oem = '0b05000b0244656c6c2053797374656d00315b304132425d0000';
  expect(
    parsed(
      ...['## xepa version', 'QEMU emulator version 10.0.2 (Debian)', '## xepa acpi', 'MSDM', 'FACP'],
      ...['## xepa board', 'bios_vendor\tDell Inc.', 'bios_release\t2.1', 'board_serial\t.S. ', 'chassis_vendor\tDell'],
      ...['## xepa oem-strings', oem, '## xepa huge-pages', '512'],
    ),
  ).toEqual({
    qemuMajor: 10,
    acpiTables: ['MSDM'],
    board: {
      bios: { vendor: 'Dell Inc.', version: '', date: '', release: '2.1' },
      baseboard: { manufacturer: '', product: '', version: '', serial: '.S.', asset: '' },
      chassis: { manufacturer: 'Dell', version: '', serial: '', asset: '' },
      oemStrings: ['Dell System', '1[0A2B]'],
    },
    freeHugePagesMb: 1024,
  });
});

it('knows nothing of a machine that tells nothing', () => {
  expect(parsed('## xepa oem-strings', 'zz')).toMatchObject({
    ...{ qemuMajor: null, acpiTables: [], freeHugePagesMb: 0, board: { oemStrings: [] } },
  });
});
