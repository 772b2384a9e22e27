import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Placement } from '../../../core/contracts/ladder.ts';
import type { Disk, Survey } from '../../../core/contracts/survey.ts';
import { blockObjections } from '../../../worker/host/ladder-block.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import type { PlanInput } from '../../../worker/host/plan-types.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';

const iso = { url: 'https://dl.example.com/a.iso' };
const [debian, hetzner, equinix] = ['debian-rescue', 'hetzner-like', 'equinix-like'].map((name) =>
  parseSurvey(readFileSync(new URL(`../../fixtures/host/${name}.txt`, import.meta.url), 'utf8')),
) as [Survey, Survey, Survey];
const off: Survey = { ...debian, iommu: false };
const diskGroup = groupOf(debian, '0000:02:00.0');
const nicGroup = groupOf(debian, '0000:01:00.0');

type Wish = Omit<PlanInput['request'], 'iso'>;

function planned(survey: Survey, wish: Wish = {}) {
  const result = planInstall({ survey, request: { iso, ...wish } });
  if (!('plan' in result)) throw new Error(result.refusals.join('\n'));
  return result.plan;
}

function refused(survey: Survey, wish: Wish = {}): string {
  const result = planInstall({ survey, request: { iso, ...wish } });
  return 'plan' in result ? '' : result.refusals.join('\n');
}

function placed(survey: Survey, wish: Wish = {}): [disk: Placement, nic: Placement] {
  return planned(survey, wish).ladder as [Placement, Placement];
}

function groupOf(survey: Survey, address: string): number {
  return survey.pci.find((device) => device.address === address)?.iommuGroup ?? -1;
}

function grouped(survey: Survey, address: string, group: number | null): Survey {
  const pci = survey.pci.map((device) => (device.address === address ? { ...device, iommuGroup: group } : device));
  return { ...survey, pci };
}

function withDisk(survey: Survey, change: Partial<Disk>): Survey {
  return { ...survey, disks: survey.disks.map((disk) => ({ ...disk, ...change })) };
}

function withDriver(survey: Survey, change: { class: string; driver: string }): Survey {
  const pci = survey.pci.map((device) => (device.address === '0000:02:00.0' ? { ...device, ...change } : device));
  return { ...survey, pci };
}

const why = (placement: Placement, rung = 'passthrough') => placement.refused.find((one) => one.rung === rung)?.why;

describe('the best rung', () => {
  it('is passthrough where nothing speaks against it, for disk and port', () => {
    const [disk, nic] = placed(debian);
    expect(disk).toMatchObject({ part: 'disk', rung: 'passthrough', asked: false, refused: [] });
    expect(nic).toMatchObject({ part: 'nic', rung: 'passthrough', refused: [] });
    expect(planned(debian).block).toBeNull();
  });

  it('without an IOMMU is raw block with the same bus, serial and sectors, and nothing is bound', () => {
    const plan = planned(off);
    expect(plan.passed).toEqual([]);
    expect(plan.block).toEqual({
      ...{ path: '/dev/nvme0n1', serial: 'XEPANVME01', model: 'QEMU NVMe Ctrl', sizeBytes: 2 ** 31 },
      ...{ controller: '0000:02:00.0', bus: 'nvme', logicalSectorBytes: 512, physicalSectorBytes: 512 },
    });
    expect(plan.nic).toEqual({ mode: 'emulated', mac: '52:54:00:aa:00:01', address: null });
    expect(plan.erases.map(({ serial }) => serial)).toEqual(['XEPANVME01']);
  });

  it('says what it is, why nothing better, and what it risks', () => {
    const [disk, nic] = placed(off);
    expect(disk.how).toMatch(/emulated NVMe.*same serial and sectors.*rescue system's kernel writes to .*driver nvme/);
    expect(disk.refused).toEqual([
      { rung: 'passthrough', why: expect.stringMatching(/IOMMU is off.*AMD-Vi/) },
      { rung: 'kexec', why: expect.stringContaining('was not looked into') },
    ]);
    expect(disk.risks.join(' ')).toMatch(/rescue kernel stands between.*\/dev\/disk\/by-id/);
    expect(nic.how).toMatch(/e1000e.*MAC of the real one.*NAT/);
    expect(nic.refused.map(({ rung }) => rung)).toEqual(['passthrough', 'kexec']);
    expect(nic.risks.join(' ')).toMatch(/set the network up by MAC.*static address/);
  });

  it('tells Intel from AMD in what to switch on', () => {
    const survey = { ...equinix, iommu: false, disks: equinix.disks.slice(0, 1) };
    expect(why(placed(survey)[0])).toContain('intel_iommu=on');
  });

  it('keeps the path that udev gave, which no other disk gets', () => {
    const plan = planned({ ...hetzner, iommu: false }, { disk: 'S4GENX0N100002' });
    expect(plan.block?.path).toMatch(/^\/dev\/disk\/by-id\/nvme-SAMSUNG.*_S4GENX0N100002$/);
  });
});

describe('passthrough of the disk is refused', () => {
  const cases: [reason: string, Survey, Wish, RegExp][] = [
    ['by whoever asks for raw block', debian, { rungs: { disk: 'raw-block' } }, /was asked for/],
    ['when the rescue kernel has no vfio-pci', { ...debian, vfio: false }, {}, /no vfio-pci/],
    ['when its controller is in no group', grouped(debian, '0000:02:00.0', null), {}, /in no IOMMU group/],
    ['when firmware keeps memory in its group', { ...debian, reservedGroups: [diskGroup] }, {}, /RMRR/],
    ['when its group holds the lifeline', grouped(debian, '0000:00:03.0', diskGroup), {}, /group.*eth0.*connection/],
  ];

  it.each(cases)('%s', (_reason, survey, wish, expected) => {
    const [disk] = placed(survey, wish);
    expect(disk.rung).toBe('raw-block');
    expect(why(disk)).toMatch(expected);
    expect(planned(survey, wish).passed.map(({ address }) => address)).not.toContain('0000:02:00.0');
  });

  const idle = withDisk(equinix, { mountpoints: [], holders: [] });

  it('when a disk that was not chosen is on the same controller', () => {
    const plan = planned(idle, { disk: 'BTYF00000002' });
    expect(plan.ladder[0]).toMatchObject({ rung: 'raw-block' });
    expect(why(plan.ladder[0] as Placement)).toMatch(/BTYF00000001.*not chosen/);
    expect(plan.erases.map(({ serial }) => serial)).toEqual(['BTYF00000002']);
    expect(plan.block?.bus).toBe('ahci');
  });

  it('not when somebody asks for passthrough by name: then all disks of the controller are named', () => {
    const plan = planned(idle, { disk: 'BTYF00000002', rungs: { disk: 'passthrough' } });
    expect(plan.block).toBeNull();
    expect(plan.erases.map(({ serial }) => serial)).toEqual(['BTYF00000002', 'BTYF00000001']);
    expect(plan.ladder[0]).toMatchObject({ asked: true, risks: [expect.stringMatching(/BTYF00000001.*can erase it/)] });
  });

  it('when another disk of the controller is in use, whoever asks', () => {
    const used = { ...equinix, disks: equinix.disks.map((disk) => ({ ...disk, holders: [] })) };
    expect(why(placed(used, { disk: 'BTYF00000001' })[0])).toMatch(/BTYF00000002.*\/mnt\/data/);
    expect(refused(used, { disk: 'BTYF00000001', rungs: { disk: 'passthrough' } })).toMatch(/BTYF00000002.*in use/);
  });

  it('when a disk that was not chosen is elsewhere in its group; asked for by name it comes along, named, and not shown', () => {
    const nvme = { ...debian.disks[0], serial: 'OTHER', pci: '0000:00:1f.2' } as Disk;
    const survey = grouped({ ...debian, disks: [...debian.disks, nvme] }, '0000:00:1f.2', diskGroup);
    const lower = planned(survey, { disk: 'XEPANVME01' });
    expect(lower.passed.map(({ address }) => address)).not.toContain('0000:00:1f.2');
    expect(why(lower.ladder[0] as Placement)).toMatch(/OTHER.*same IOMMU group and was not chosen/);
    const plan = planned(survey, { disk: 'XEPANVME01', rungs: { disk: 'passthrough' } });
    expect(plan.erases.map(({ serial, controller }) => [serial, controller])).toEqual([
      ['XEPANVME01', '0000:02:00.0'],
      ['OTHER', '0000:00:1f.2'],
    ]);
    expect(plan.passed.filter(({ purpose }) => purpose === 'disk')).toHaveLength(1);
    expect(plan.ladder[0]?.risks).toEqual([expect.stringMatching(/OTHER.*is not shown it/)]);
  });
});

describe('raw block is refused', () => {
  const cases: [reason: string, Survey, Wish, RegExp][] = [
    ['by whoever asks for passthrough', off, { rungs: { disk: 'passthrough' } }, /Passthrough was asked for/],
    [
      'on a controller of another kind',
      withDriver(off, { class: '010700', driver: 'mpt3sas' }),
      {},
      /neither NVMe nor/,
    ],
    ['for sectors that cannot be emulated', withDisk(off, { logicalSectorBytes: 520 }), {}, /520 bytes/],
    [
      'for SATA disks with large sectors',
      withDriver(withDisk(off, { logicalSectorBytes: 4096 }), { class: '010601', driver: 'ahci' }),
      {},
      /4096 bytes cannot be emulated on SATA/,
    ],
    ['for a disk without a serial', withDisk(off, { serial: '' }), {}, /no serial/],
    ['for a serial that does not fit', withDisk(off, { serial: 'S'.repeat(21) }), {}, /longer than 20/],
    [
      'while something is on it that nobody can stop',
      withDisk(off, { holders: ['bcache0'] }),
      {},
      /On it stands bcache0, which XEPA does not stop.*bcache0\/bcache\/stop/,
    ],
  ];

  it.each(cases)('%s, with the reasons against every rung', (_reason, survey, wish, expected) => {
    const text = refused(survey, wish);
    expect(text).toMatch(
      /^There is no safe way to give .*By passthrough: The IOMMU is off.*By kexec: .*As raw block: /,
    );
    expect(text).toMatch(expected);
  });

  it('not for NVMe with sectors of 4096 bytes, nor for AHCI that the firmware calls RAID', () => {
    expect(planned(withDisk(off, { logicalSectorBytes: 4096 })).block?.logicalSectorBytes).toBe(4096);
    expect(planned(withDriver(off, { class: '010400', driver: 'ahci' })).block?.bus).toBe('ahci');
  });
});

describe('the port', () => {
  it('is real beside a disk that is raw block', () => {
    const plan = planned(debian, { rungs: { disk: 'raw-block' } });
    expect(plan.passed.map(({ address, purpose }) => [address, purpose])).toEqual([['0000:01:00.0', 'nic']]);
    expect(plan.nic).toMatchObject({ mode: 'passthrough', address: '0000:01:00.0' });
  });

  it('is emulated beside a disk that is passed through, on a server with one port', () => {
    const [disk, nic] = placed(hetzner, { disk: 'S4GENX0N100002' });
    expect([disk.rung, nic.rung]).toEqual(['passthrough', 'emulated']);
    expect(why(nic)).toBe('The only network port carries our connection; no other one can be spared.');
    expect(why(nic, 'kexec')).toContain('would not change this');
  });

  it('is emulated when somebody asks for that', () => {
    const plan = planned(debian, { rungs: { nic: 'emulated' } });
    expect(plan.ladder[1]).toMatchObject({ rung: 'emulated', asked: true });
    expect(plan.passed.map(({ address }) => address)).toEqual(['0000:02:00.0']);
  });

  const cases: [reason: string, Survey, RegExp][] = [
    ['its group holds the lifeline', grouped(debian, '0000:00:03.0', nicGroup), /0000:01:00.0 shares.*eth0/],
    ['firmware keeps memory in its group', { ...debian, reservedGroups: [nicGroup] }, /RMRR/],
    ['it is in no group', grouped(debian, '0000:01:00.0', null), /in no IOMMU group/],
    ['the rescue kernel has no vfio-pci', { ...debian, vfio: false }, /no vfio-pci/],
  ];

  it.each(cases)('is emulated when %s, and refused when the real one was asked for', (_reason, survey, expected) => {
    const [, nic] = placed(survey);
    expect(nic.rung).toBe('emulated');
    expect(why(nic)).toMatch(expected);
    expect(refused(survey, { rungs: { nic: 'passthrough' } })).toMatch(/^No network port can go into/);
  });

  it('does not take the controller of a raw-block disk along with its group', () => {
    const survey = grouped(debian, '0000:01:00.0', diskGroup);
    expect(
      planned(survey)
        .passed.map(({ purpose }) => purpose)
        .sort(),
    ).toEqual(['disk', 'nic']);
    const plan = planned(survey, { rungs: { disk: 'raw-block' } });
    expect(plan.passed).toEqual([]);
    expect(why(plan.ladder[1] as Placement)).toMatch(/controller of a disk/);
  });
});

describe('InfiniBand', () => {
  const address = '20:00:55:04:01:fe:80:00:00:00:00:00:00:02:c9:02:00:23:13:92';
  const onIt = (name: string, given: Survey): Survey => ({
    ...given,
    nics: given.nics.map((nic) => (nic.name === name ? { ...nic, kind: 'other' as const, mac: address } : nic)),
  });

  it('is never given', () => {
    expect(planned(onIt('eth1', debian)).nic).toMatchObject({ mode: 'emulated', mac: '52:54:00:aa:00:01' });
  });

  it('that carries our connection keeps its group whole, and lends no MAC', () => {
    const nics = debian.nics.map((nic) => ({ ...nic, lifeline: true }));
    const survey = onIt('eth0', grouped({ ...debian, nics }, '0000:02:00.0', groupOf(debian, '0000:00:03.0')));
    expect(why(placed(survey)[0])).toMatch(/shares its IOMMU group .* with eth0 .*carries our connection/);
    expect(planned(survey).nic.mac).toBe('52:54:00:bb:00:01');
    const alone = { ...survey, nics: survey.nics.filter(({ name }) => name === 'eth0') };
    expect(refused(alone)).toMatch(/No network port could be recognised/);
  });
});

describe('the last look before a raw-block disk is written', () => {
  const block = planned(off).block;
  if (!block) throw new Error('no block');

  it('has nothing to say while all is as planned', () => {
    expect(blockObjections(off, block)).toEqual([]);
  });

  it.each<[string, Partial<Disk>, RegExp]>([
    ['another serial under its path', { serial: 'OTHER' }, /another disk than the one of the plan: .*OTHER/],
    ['another size', { sizeBytes: 1e12 }, /another disk/],
    ['another controller', { pci: '0000:09:00.0' }, /another disk/],
    ['a mount', { mountpoints: ['/mnt'] }, /in use at \/mnt now/],
    ['swap', { mountpoints: ['[SWAP]'] }, /\[SWAP\]/],
    ['an array that assembled itself', { holders: ['md127'] }, /md127/],
    ['nothing under its path', { path: '/dev/nvme1n1' }, /not there any more/],
  ])('sees %s', (_what, change, expected) => {
    expect(blockObjections(withDisk(off, change), block).join(' ')).toMatch(expected);
  });
});
