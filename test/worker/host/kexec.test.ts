import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Survey } from '../../../core/contracts/survey.ts';
import { type KexecInput, kexecCase } from '../../../worker/host/kexec-case.ts';
import { iommuOptions, kexecCmdline } from '../../../worker/host/kexec-cmdline.ts';
import {
  isSameKernel,
  type KernelLook,
  kernelObstacle,
  lookForKernels,
  memoryObstacle,
  ownFiles,
} from '../../../worker/host/kexec-files.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';

const debian = parseSurvey(readFileSync(new URL('../../fixtures/host/debian-rescue.txt', import.meta.url), 'utf8'));
/** Intel's table, and nothing on the command line that switches it on. */
const off: Survey = { ...debian, iommu: false, acpiTables: ['APIC', 'DMAR'], cmdline: 'quiet' };
const request = { iso: { url: 'https://dl.example.com/a.iso' } };

const judged = (survey: Survey, given: Partial<KexecInput> = {}) => {
  const verdict = kexecCase({ survey, request, allowed: true, wayBack: true, keyReturns: true, ...given });
  return 'why' in verdict ? verdict.why : verdict.options;
};

describe('whether the rescue kernel is started anew', () => {
  it('is a yes where only its command line keeps the IOMMU off', () => {
    expect(judged(off)).toBe('intel_iommu=on iommu=pt');
    expect(judged(off, { request: { ...request, rungs: { disk: 'passthrough' } } })).toBe('intel_iommu=on iommu=pt');
  });

  it.each<[string, Partial<Survey>, Partial<KexecInput>, RegExp]>([
    ['the firmware has none', { acpiTables: ['APIC'] }, {}, /no DMAR or IVRS table/],
    ['nobody knows what the firmware has', { acpiTables: null }, {}, /cannot be told/],
    ['it was asked for already', { cmdline: 'intel_iommu=on' }, {}, /intel_iommu=on already/],
    ['AMD would use it by itself', { acpiTables: ['IVRS'] }, {}, /AMD's IOMMU by itself/],
    ['there is no vfio-pci', { vfio: false }, {}, /no vfio-pci/],
    ['Secure Boot is on', { secureBoot: true }, {}, /Secure Boot/],
    ['nobody can bring it back', {}, { wayBack: false }, /cannot bring.*Start the rescue system with intel_iommu=on/],
    ['our key would be lost', {}, { keyReturns: false }, /SSH key lies in its memory/],
    ['the operator does not want it', {}, { allowed: false }, /XEPA_KEXEC/],
    [
      'raw block was asked for',
      {},
      { request: { ...request, rungs: { disk: 'raw-block' } } },
      /Raw block was asked for/,
    ],
    ['the install is refused anyway', {}, { request: { ...request, disk: 'NO-SUCH' } }, /NO-SUCH/],
  ])('is a no where %s', (_what, survey, given, why) => {
    expect(judged({ ...off, ...survey }, given)).toMatch(why);
  });

  it('is a no where another disk on the controller would keep it out all the same', () => {
    const [disk] = off.disks;
    const two = disk ? [disk, { ...disk, name: 'nvme0n2', path: '/dev/nvme0n2', serial: 'OTHER' }] : [];
    const pick = { request: { ...request, disk: 'XEPANVME01' } };
    expect(judged({ ...off, disks: two }, pick)).toMatch(/would not help: .*OTHER.*same controller/);
    const asked = { request: { ...pick.request, rungs: { disk: 'passthrough' as const } } };
    expect(judged({ ...off, disks: two }, asked)).toBe('intel_iommu=on iommu=pt');
  });

  it('is a no where disk and our connection are functions of one card', () => {
    const lifeline = off.nics.find((nic) => nic.lifeline)?.pci;
    const pci = off.pci.map((one) => (one.address === lifeline ? { ...one, address: '0000:02:00.1' } : one));
    const nics = off.nics.map((nic) => (nic.lifeline ? { ...nic, pci: '0000:02:00.1' } : nic));
    expect(judged({ ...off, pci, nics })).toMatch(/would not help: .*carries our connection/);
  });
});

describe('the command line', () => {
  const with_ = { options: 'intel_iommu=on iommu=pt', mark: 'cafe' };

  it('is the one that runs, with the IOMMU on, a restart after a panic, and the mark', () => {
    expect(kexecCmdline('ip=dhcp console=ttyS1,115200n8 fetch=http://a/b', with_)).toBe(
      'ip=dhcp console=ttyS1,115200n8 fetch=http://a/b intel_iommu=on iommu=pt panic=30 xepa.start=cafe',
    );
  });

  it.each(['intel_iommu=off', 'iommu=off', 'amd_iommu=off', 'iommu=noforce,off'])('does without %s', (word) => {
    expect(kexecCmdline(`quiet ${word} splash`, with_)).toMatch(/^quiet splash intel_iommu=on/);
  });

  it('is refused where a kernel would cut it', () => {
    expect(kexecCmdline('x'.repeat(1_980), with_)).not.toBeNull();
    expect(kexecCmdline('x'.repeat(2_000), with_)).toBeNull();
  });

  it("lets AMD's IOMMU in again where it was switched off", () => {
    expect(iommuOptions({ acpiTables: ['IVRS'], cmdline: 'amd_iommu=off' })).toEqual({ options: 'iommu=pt' });
  });
});

const build = '#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)';
const look: KernelLook = {
  ...{ release: '6.1.0-56-amd64', build, machine: 'x86_64', support: true, disabled: false, lockdown: '' },
  ...{ efi: 'mapped', memoryBytes: 2 ** 31, ramdiskBytes: 1_000, retained: null },
  kernels: [
    { path: '/boot/vmlinuz-lts', bytes: 8, version: '6.6.1-lts (a@b) #2' },
    { path: '/boot/vmlinuz', bytes: 8, version: `6.1.0-56-amd64 (a@b) ${build}` },
  ],
  initrds: [
    { path: '/boot/initrd.img', bytes: 999 },
    { path: '/boot/initrd.live', bytes: 1_000 },
  ],
};

describe('files of the rescue system itself', () => {
  it('are its kernel by release and build, and the initrd that is as large as the one it got', () => {
    const own = ownFiles(look);
    expect([own?.kernel.path, own?.initrd.path]).toEqual(['/boot/vmlinuz', '/boot/initrd.live']);
  });

  it('are the initrd that the kernel has kept, where it did', () => {
    const retained = { path: '/sys/firmware/initrd', bytes: 7 };
    expect(ownFiles({ ...look, retained, ramdiskBytes: 0 })?.initrd).toBe(retained);
  });

  it.each<[string, Partial<KernelLook>]>([
    ['no initrd has that size', { ramdiskBytes: 1_001 }],
    ['the size is not told', { ramdiskBytes: 0, initrds: [{ path: '/boot/initrd', bytes: 0 }] }],
    ['no kernel is the one that runs', { build: '#2 SMP' }],
    ['its build is not told', { build: '' }],
  ])('are not proven where %s', (_what, given) => {
    expect(ownFiles({ ...look, ...given })).toBeNull();
  });

  it('are not of another release that begins alike', () => {
    expect(isSameKernel({ release: '6.1.0', build }, `6.1.0-56-amd64 (a@b) ${build}`)).toBe(false);
  });

  it('need memory for both of them and for what unpacks', () => {
    expect(memoryObstacle(look, 2 ** 30)).toBeNull();
    expect(memoryObstacle(look, 2 ** 31)).toMatch(/kernel and initrd of 2048 MB.*2048 MB/);
  });

  it.each<[Partial<KernelLook>, RegExp]>([
    [{ machine: 'aarch64' }, /aarch64/],
    [{ support: false }, /without kexec/],
    [{ disabled: true }, /kexec_load_disabled/],
    [{ efi: 'unmapped' }, /would not find that firmware/],
    [{ lockdown: 'integrity' }, /locked down \(integrity\)/],
  ])('are of no use under %o', (given, why) => {
    expect(kernelObstacle({ ...look, ...given })).toMatch(why);
    expect(kernelObstacle(look)).toBeNull();
  });
});

it('reads what the server says of its kernel', () => {
  const said = [
    ...['## xepa release', '6.1.0', '## xepa build', '#1 SMP', '## xepa machine', 'x86_64', '## xepa support', 'yes'],
    ...['## xepa disabled', '1', '## xepa lockdown', 'none [integrity] confidentiality', '## xepa memory'],
    ...['MemAvailable:    2048 kB', '## xepa ramdisk', '   0   0 114   0', '   1   0   0   0', '## xepa retained'],
    ...['/sys/firmware/initrd\t12', '## xepa kernels', '/boot/vmlinuz\t8\t6.1.0 (a@b) #1 SMP', '## xepa initrds'],
    ...['/boot/initrd\t1000', '## xepa end', ''],
  ];
  const efi = (word: string) => said.join('\n').replace('## xepa ramdisk', `## xepa efi\n${word}\n## xepa ramdisk`);
  const parsed = (stdout: string) => lookForKernels([]).parse({ stdout, stderr: '', exitCode: 0 });
  expect(['mapped', 'unmapped'].map((word) => parsed(efi(word)).efi)).toEqual(['mapped', 'unmapped']);
  expect(parsed(said.join('\n'))).toEqual({
    ...{ release: '6.1.0', build: '#1 SMP', machine: 'x86_64', support: true, disabled: true, lockdown: 'integrity' },
    ...{
      efi: 'none',
      memoryBytes: 2_097_152,
      ramdiskBytes: 114 * 2 ** 16 + 2 ** 32,
      retained: { path: '/sys/firmware/initrd', bytes: 12 },
    },
    kernels: [{ path: '/boot/vmlinuz', bytes: 8, version: '6.1.0 (a@b) #1 SMP' }],
    initrds: [{ path: '/boot/initrd', bytes: 1_000 }],
  });
});

describe('the ladder', () => {
  const plan = (survey: Survey, kexec: KexecInput['kexec']) => {
    const planned = planInstall({ survey, request, kexec });
    return 'plan' in planned ? planned.plan.ladder : [];
  };

  it('says of a disk that is passed through thanks to it how that came about, and what it risks', () => {
    const [disk] = plan(debian, { state: 'up', options: 'intel_iommu=on iommu=pt', source: 'operator', why: '' });
    expect(disk?.how).toMatch(/started anew \(kexec\) with intel_iommu=on iommu=pt.*XEPA_RESCUE_KERNELS/);
    expect(disk?.risks.at(-1)).toMatch(/went past the firmware/);
    expect(disk?.how.length).toBeLessThanOrEqual(400);
    expect(plan(debian, undefined)[0]?.how).not.toContain('kexec');
  });

  it('says why it was not done', () => {
    const refused = { state: 'refused', options: '', why: 'Secure Boot is on.' } as const;
    for (const { refused: against } of plan(off, refused))
      expect(against[1]).toEqual({ rung: 'kexec', why: 'Secure Boot is on.' });
  });

  it('says of a firmware that has none that a kernel option was given and did nothing', () => {
    const tried = { ...off, cmdline: 'quiet intel_iommu=on' };
    expect(plan(tried, undefined)[0]?.refused[0]?.why).toMatch(/started with intel_iommu=on, but finds none/);
  });
});
