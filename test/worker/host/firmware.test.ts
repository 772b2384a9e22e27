import { describe, expect, it } from 'vitest';
import { describedFirmware } from '../../../worker/host/firmware-descriptions.ts';
import { chooseOvmf } from '../../../worker/host/ovmf.ts';

interface Given {
  code?: string;
  format?: string;
  features?: string[];
  machines?: string[];
  mode?: string;
}

function description({ code = '/code', format = 'raw', features = [], machines = ['pc-q35-*'], mode }: Given = {}) {
  return JSON.stringify({
    description: 'UEFI firmware for x86_64',
    'interface-types': ['uefi'],
    mapping: {
      device: 'flash',
      ...(mode ? { mode } : {}),
      executable: { filename: code, format },
      'nvram-template': { filename: '/vars', format },
    },
    targets: [{ architecture: 'x86_64', machines }],
    features,
    tags: [],
  });
}

const files = ['/code', '/vars', '/ms', '/smm'];
const path = (name: string) => `/usr/share/qemu/firmware/${name}.json`;
const image = (code: string, more = {}) => ({
  ...{ code, vars: '/vars', format: 'raw', smm: false, secureBoot: false, ...more },
});

describe("QEMU's descriptions of firmware", () => {
  it('are taken in the order of their names', () => {
    const rows = [
      [path('60-plain'), description()],
      [path('40-enrolled'), description({ code: '/ms', features: ['secure-boot', 'enrolled-keys', 'requires-smm'] })],
    ];
    expect(describedFirmware(rows, files)).toEqual([image('/ms', { smm: true, secureBoot: true }), image('/code')]);
  });

  it('are replaced by those of the same name in /etc, which the script prints first', () => {
    const rows = [
      ['/etc/qemu/firmware/60-plain.json', description({ code: '/smm' })],
      [path('60-plain'), description()],
    ];
    expect(describedFirmware(rows, files)).toEqual([image('/smm')]);
  });

  it.each<[string, string]>([
    ['no JSON', '{'],
    ['a description of other things', '{"interface-types": ["bios"]}'],
    ['an empty file in /etc, which hides one', ''],
    ['firmware for the old PC alone', description({ machines: ['pc-i440fx-*'] })],
    ['firmware without variables of its own', description({ mode: 'stateless' })],
    ['firmware for encrypted guests', description({ features: ['amd-sev-es'] })],
    ['a format that QEMU maps into no flash', description({ format: 'vmdk' })],
    ['files that are not there', description({ code: '/gone' })],
  ])('are left out where they are %s', (_what, text) => {
    expect(describedFirmware([[path('50'), text]], files)).toEqual([]);
  });
});

describe('the firmware of a VM', () => {
  const enrolled = { code: '/ms', vars: '/v', smm: true, secureBoot: true };
  const smm = { code: '/smm', vars: '/v', smm: true, secureBoot: false };
  const plain = { code: '/code', vars: '/v', smm: false, secureBoot: false };
  const known = { code: '/known', vars: '/v' };

  it("has Microsoft's keys where Secure Boot is wanted and they are there", () => {
    expect(chooseOvmf([enrolled, plain], known, { secureBoot: true })).toBe(enrolled);
    expect(chooseOvmf([smm, plain], known, { secureBoot: true })).toBe(plain);
  });

  it('keeps its variables as they are read afterwards, where there is a choice', () => {
    const packed = { ...plain, format: 'qcow2' as const };
    const packedEnrolled = { ...enrolled, format: 'qcow2' as const };
    expect(chooseOvmf([packed, plain], null, { secureBoot: false })).toBe(plain);
    expect(chooseOvmf([packed], known, { secureBoot: false })).toBe(known);
    expect(chooseOvmf([packed], null, { secureBoot: false })).toBe(packed);
    expect(chooseOvmf([packedEnrolled, enrolled, plain], known, { secureBoot: true })).toBe(enrolled);
    expect(chooseOvmf([packedEnrolled, plain], known, { secureBoot: true })).toBe(packedEnrolled);
  });

  it('is the plainest else', () => {
    expect(chooseOvmf([enrolled, smm, plain], known, { secureBoot: false })).toBe(plain);
    expect(chooseOvmf([enrolled, smm], known, { secureBoot: false })).toBe(known);
    expect(chooseOvmf([enrolled, smm], null, { secureBoot: false })).toBe(smm);
    expect(chooseOvmf([enrolled], null, { secureBoot: false })).toBeNull();
  });
});
