import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Survey } from '../../../core/contracts/survey.ts';
import type { VmWish } from '../../../core/contracts/vm-wish.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import { serialConsoleOf } from '../../../worker/host/plan-vm.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';

const debian = parseSurvey(readFileSync(new URL('../../fixtures/host/debian-rescue.txt', import.meta.url), 'utf8'));
const bare: Survey = { ...debian, tools: ['qemu-system-x86_64', 'curl'] };
const withApk: Survey = { ...debian, tools: [...bare.tools, 'apk'] };
const uefi: Survey = { ...withApk, firmware: 'uefi', ovmf: { code: '/c', vars: '/v' } };

interface Asked {
  survey?: Survey;
  url?: string;
  name?: string;
  memoryMb?: number;
}

function result(
  vm: VmWish | undefined,
  { survey = withApk, url = 'https://x.example/os.iso', name, memoryMb }: Asked = {},
) {
  const iso = { url, ...(name === undefined ? {} : { name }) };
  return planInstall({ survey, request: { iso, vm }, limits: { memoryMb } });
}

function planned(vm: VmWish | undefined, asked: Asked = {}) {
  const made = result(vm, asked);
  if (!('plan' in made)) throw new Error(made.refusals.join('\n'));
  return made.plan;
}

describe('the virtual machine of a plan', () => {
  it('is plain where nobody asked for anything', () => {
    const { vm, firmware, warnings } = planned(undefined);
    expect(firmware).toBe('bios');
    expect(vm).toEqual({
      ...{ guest: null, tpm: false, rom: false, secureBoot: false, onReboot: 'stay', serialConsole: 0, nicAt: null },
    });
    expect(warnings.join()).not.toMatch(/TPM|Secure Boot|ROM|as was asked/);
  });

  it('is what was asked for, without another digest: votes are not void for it', () => {
    const wish: VmWish = { tpm: 'on', rom: 'on', guest: 'windows', onReboot: 'finish', firmware: 'uefi' };
    const { vm, firmware, digest } = planned(wish);
    expect(firmware).toBe('uefi');
    expect(vm).toMatchObject({ tpm: true, rom: true, guest: 'windows', onReboot: 'finish' });
    expect(digest).toBe(planned(undefined).digest);
  });

  it('warns of firmware that is not the server’s own, and only of that', () => {
    expect(planned({ firmware: 'uefi' }).warnings).toContainEqual(
      expect.stringMatching(/has UEFI, as was asked for.*started by BIOS.*set to UEFI/),
    );
    expect(planned({ firmware: 'bios' }).warnings).toEqual(planned(undefined).warnings);
  });

  it('puts an emulated port where the real one with its MAC is', () => {
    const plan = planned(undefined, { survey: { ...withApk, iommu: false } });
    const port = debian.nics.find(({ mac }) => mac === plan.nic.mac);
    expect(port?.pci).toMatch(/^0000:/);
    expect(plan).toMatchObject({ nic: { mode: 'emulated' }, vm: { nicAt: port?.pci } });
  });

  it('cannot have UEFI where the rescue system can get none', () => {
    const made = result({ firmware: 'uefi' }, { survey: { ...bare, ovmf: null } });
    expect(made).toMatchObject({ refusals: [expect.stringContaining('ovmf')] });
  });

  it('says that what a virtual TPM seals stays behind', () => {
    expect(planned({ tpm: 'on' }).warnings).toContainEqual(expect.stringMatching(/BitLocker.*recovery key/));
    expect(planned({ rom: 'on' }).warnings).toContainEqual(expect.stringMatching(/Option ROMs/));
  });

  it('has no TPM where none can be had: refused if it was asked for, else said', () => {
    expect(result({ tpm: 'on' }, { survey: bare })).toMatchObject({ refusals: [expect.stringMatching(/swtpm/)] });
    const plan = planned(undefined, { survey: bare, name: 'windows-11' });
    expect(plan.vm?.tpm).toBe(false);
    expect(plan.warnings).toContainEqual(expect.stringMatching(/setup of Windows 11 refuses/));
  });

  it.each<[string, string | undefined, boolean]>([
    ['https://x.example/Win11_24H2_English_x64.iso?sig=1', undefined, true],
    ['https://x.example/a.iso', 'windows-11', true],
    ['https://x.example/win11/debian.iso', undefined, false],
    ['https://x.example/windows-2025.iso', 'windows-110', false],
  ])('has a TPM for the setup of Windows 11: %s as %s', (url, name, tpm) => {
    expect(planned(undefined, { url, ...(name ? { name } : {}) }).vm?.tpm).toBe(tpm);
    expect(planned({ tpm: 'off' }, { url, ...(name ? { name } : {}) }).vm?.tpm).toBe(false);
  });

  it('follows Secure Boot of the server, which a VM with BIOS cannot', () => {
    const secure: Survey = { ...uefi, secureBoot: true };
    expect(planned(undefined, { survey: secure })).toMatchObject({
      vm: { secureBoot: true },
      warnings: expect.arrayContaining([expect.stringMatching(/Secure Boot is on.*Microsoft's keys/)]),
    });
    expect(planned({ firmware: 'bios' }, { survey: secure })).toMatchObject({
      vm: { secureBoot: false },
      warnings: expect.arrayContaining([expect.stringMatching(/off in a VM with BIOS/)]),
    });
  });

  it('tells Windows that its memory is scarce', () => {
    expect(planned({ guest: 'windows' }, { memoryMb: 2048 }).warnings).toContainEqual(
      expect.stringMatching(/Windows wants 4096 MB/),
    );
  });

  it('says that a serial console of a card is not in the VM', () => {
    const plan = planned(undefined, { survey: { ...withApk, cmdline: 'console=ttyS4,115200' } });
    expect(plan.warnings).toContainEqual(expect.stringMatching(/ttyS4.*only on the metal/));
  });
});

it.each([
  ['quiet', null],
  ['console=tty0 console=ttyS1,115200n8', 1],
  ['console=ttyS0 console=ttyS1 root=x', 1],
  ['console=ttyS0,9600 console=tty0', 0],
  ['netconsole=ttyS0 console=ttyUSB0', null],
] as const)('reads the serial console of %s', (cmdline, expected) => {
  expect(serialConsoleOf(cmdline)).toBe(expected);
});
