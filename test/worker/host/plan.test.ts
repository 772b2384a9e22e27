import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Survey } from '../../../core/contracts/survey.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import type { PlanInput } from '../../../worker/host/plan-types.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';

const iso = { url: 'https://dl.example.com/a.iso', sha256: 'AB'.repeat(32) };
const [debian, hetzner, equinix] = ['debian-rescue', 'hetzner-like', 'equinix-like'].map(load) as [
  Survey,
  Survey,
  Survey,
];

function load(name: string): Survey {
  return parseSurvey(readFileSync(new URL(`../../fixtures/host/${name}.txt`, import.meta.url), 'utf8'));
}

function planned(survey: Survey, more: Partial<PlanInput> = {}) {
  const result = planInstall({ survey, request: { iso }, ...more });
  if (!('plan' in result)) throw new Error(result.refusals.join('\n'));
  return result.plan;
}

function refused(survey: Survey, more: Partial<PlanInput> = {}): string[] {
  const result = planInstall({ survey, request: { iso }, ...more });
  return 'plan' in result ? [] : result.refusals;
}

describe('the disk', () => {
  it('is the only one where nobody named one', () => {
    const plan = planned(debian);
    expect(plan.erases).toEqual([expect.objectContaining({ serial: 'XEPANVME01', controller: '0000:02:00.0' })]);
    expect(plan.passed.find((device) => device.purpose === 'disk')?.address).toBe('0000:02:00.0');
  });

  it('has to be named where there are several, and the question lists them', () => {
    const [reason, ...others] = refused(hetzner);
    expect(others).toEqual([]);
    expect(reason).toMatch(/2 disks.*S4GENX0N100001.*512 GB.*RAID member.*S4GENX0N100002/);
    expect(reason).not.toContain('Virtual HDisk');
  });

  it('is chosen by its serial, and the other controller stays out', () => {
    const plan = planned(hetzner, { request: { iso, disk: 'S4GENX0N100001' } });
    expect(plan.passed.map((device) => device.address)).toEqual(['0000:01:00.0']);
    expect(plan.erases).toEqual([
      expect.objectContaining({
        serial: 'S4GENX0N100001',
        holds: 'Linux: vfat EFI (268 MB), RAID member (md) rescue:0 (511 GB)',
      }),
    ]);
    expect(plan.warnings).toContainEqual(expect.stringContaining('RAID'));
  });

  it('is refused with the list of disks when no disk has the serial', () => {
    expect(refused(hetzner, { request: { iso, disk: 'nope' } })).toEqual([
      expect.stringMatching(/serial nope.*S4GENX0N100002/),
    ]);
  });

  it('is refused where two have its serial, as namespaces of one NVMe disk have', () => {
    const [disk] = debian.disks;
    if (!disk) throw new Error('there is one');
    const disks = [disk, { ...disk, name: 'nvme0n2', path: '/dev/nvme0n2', wwn: 'eui.0000000000000002' }];
    const [reason] = refused({ ...debian, disks }, { request: { iso, disk: disk.serial } });
    expect(reason).toMatch(/^More than one disk has the serial XEPANVME01: .*namespaces of one NVMe disk/);
  });

  it('is refused on USB, since the controller carries other things too', () => {
    expect(refused(hetzner, { request: { iso, disk: 'AAAABBBB' } })).toEqual([expect.stringContaining('usb')]);
  });

  it('is refused when it is in use itself', () => {
    expect(refused(equinix, { request: { iso, disk: 'BTYF00000002' } })).toContainEqual(
      expect.stringMatching(/BTYF00000002.*in use at \/mnt\/data/),
    );
  });
});

describe('IOMMU groups', () => {
  const grouped = (address: string, group: number): Survey => ({
    ...debian,
    pci: debian.pci.map((device) => (device.address === address ? { ...device, iommuGroup: group } : device)),
  });
  const diskGroup = debian.pci.find((device) => device.address === '0000:02:00.0')?.iommuGroup ?? -1;

  it('go in whole, but what shares them is not for the guest', () => {
    const plan = planned(grouped('0000:00:1f.3', diskGroup));
    expect(plan.passed.find((device) => device.address === '0000:00:1f.3')?.purpose).toBe('group-member');
  });
});

describe('the network port', () => {
  it('is a real one that can be spared', () => {
    expect(planned(debian).nic).toEqual({ mode: 'passthrough', mac: '52:54:00:bb:00:01', address: '0000:01:00.0' });
  });

  it('is one with a link before one without', () => {
    const survey = { ...equinix, disks: equinix.disks.slice(0, 1) };
    expect(planned(survey).nic.address).toBe('0000:02:00.1');
  });

  it('is emulated with the MAC of the lifeline where none can be spared', () => {
    const plan = planned(hetzner, { request: { iso, disk: 'S4GENX0N100002' } });
    expect(plan.nic).toEqual({ mode: 'emulated', mac: 'a8:a1:59:00:00:01', address: null });
    expect(plan.ladder[1]).toMatchObject({ part: 'nic', rung: 'emulated', how: expect.stringContaining('NAT') });
  });

  it('is never the only one when nobody knows which carries our connection', () => {
    const survey = { ...debian, nics: debian.nics.map((nic) => ({ ...nic, lifeline: false })) };
    expect(refused(survey)).toEqual([expect.stringContaining('none is given away')]);
  });
});

describe('the machine', () => {
  it('gets at most 8 GiB and 8 processors', () => {
    expect(planned(hetzner, { request: { iso, disk: 'S4GENX0N100001' } })).toMatchObject({
      memoryMb: 8192,
      cpus: 8,
      firmware: 'uefi',
      accel: 'kvm',
    });
  });

  it('leaves memory to the rescue system and to the ISO', () => {
    const plan = planned({ ...debian, memoryAvailableBytes: 4096 * 2 ** 20 }, { isoBytes: 700 * 2 ** 20 });
    expect(plan.memoryMb).toBe(4096 - 1024 - 700);
  });

  it('is refused with figures when memory is short', () => {
    const survey = { ...debian, memoryAvailableBytes: 2048 * 2 ** 20 };
    expect(refused(survey, { isoBytes: 700 * 2 ** 20 })).toEqual([
      expect.stringMatching(/2048 MB.*1024 MB.*700 MB.*384 MB/),
    ]);
  });

  it('keeps to the limits of the operator', () => {
    expect(planned(debian, { limits: { memoryMb: 512, cpus: 1 } })).toMatchObject({ memoryMb: 512, cpus: 1 });
  });

  it('emulates with a warning where the processor cannot virtualize', () => {
    const plan = planned({ ...debian, virtualization: 'none' });
    expect(plan.accel).toBe('tcg');
    expect(plan.warnings).toContainEqual(expect.stringContaining('emulation'));
  });

  it('is refused where its rescue system is none for x86, whatever the disk is; not where nobody looked', () => {
    const [reason, ...others] = refused({ ...debian, architecture: 'aarch64', virtualization: 'none' });
    expect(others).toEqual([]);
    expect(reason).toContain('one for aarch64');
    expect(refused({ ...debian, architecture: 'i686' })).toEqual([expect.stringContaining('64-bit rescue system')]);
    expect(refused({ ...debian, architecture: '' })).toEqual([]);
    expect(refused({ ...debian, architecture: 'x86_64' })).toEqual([]);
  });

  it('warns of Secure Boot, and of NVMe under legacy BIOS', () => {
    expect(planned(hetzner, { request: { iso, disk: 'S4GENX0N100001' } }).warnings).toContainEqual(
      expect.stringContaining('Secure Boot'),
    );
    expect(planned(debian).warnings).toContainEqual(expect.stringContaining('legacy BIOS'));
  });

  it('is refused when firmware for UEFI can neither be found nor installed', () => {
    const survey = { ...hetzner, tools: ['qemu-system-x86_64', 'curl'] };
    expect(refused(survey, { request: { iso, disk: 'S4GENX0N100001' } })).toEqual([
      expect.stringMatching(/ovmf.*package manager/),
    ]);
  });

  it('hears all reasons at once', () => {
    const survey = { ...hetzner, memoryAvailableBytes: 2 ** 20, tools: [] };
    expect(refused(survey, { request: { iso, rungs: { nic: 'passthrough' } } })).toHaveLength(4);
  });
});

describe('the digest', () => {
  const digest = (survey: Survey, request = { iso }) => planned(survey, { request }).digest;

  it('is the same for the same machine, disks and ISO, whatever else changed', () => {
    expect(digest({ ...debian, memoryAvailableBytes: 3 * 2 ** 30, cpus: 1 })).toBe(digest(debian));
    expect(digest(debian, { iso: { ...iso, sha256: 'ab'.repeat(32) } })).toBe(digest(debian));
  });

  it('changes with the ISO, the machine, the disk and its rung', () => {
    const others = [
      digest(debian, { iso: { ...iso, url: 'https://dl.example.com/b.iso' } }),
      digest(debian, { iso: { ...iso, sha256: '00'.repeat(32) } }),
      digest({ ...debian, smbios: { ...debian.smbios, serial: 'other' } }),
      digest({ ...debian, iommu: false }),
      digest({ ...debian, disks: debian.disks.map((disk) => ({ ...disk, serial: 'other' })) }),
    ];
    expect(new Set([digest(debian), ...others]).size).toBe(6);
  });
});
