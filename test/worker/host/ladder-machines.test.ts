import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PciDevice, Survey } from '../../../core/contracts/survey.ts';
import { iommuAdvice } from '../../../worker/host/ladder-iommu.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import type { PlanInput } from '../../../worker/host/plan-types.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';

const load = (name: string): Survey =>
  parseSurvey(readFileSync(new URL(`../../fixtures/host/${name}.txt`, import.meta.url), 'utf8'));

const iso = { url: 'https://dl.example.com/a.iso' };
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

function withPci(survey: Survey, address: string, change: Partial<PciDevice>): Survey {
  return { ...survey, pci: survey.pci.map((one) => (one.address === address ? { ...one, ...change } : one)) };
}

const hetzner = load('hetzner-ax');
const vmd = load('vmd-xeon');
const debian = load('debian-rescue');

describe('an IOMMU that is off', () => {
  it.each<[string, Partial<Survey>, RegExp]>([
    [
      'in the firmware of an AMD',
      { acpiTables: ['APIC'] },
      /no IVRS table: switch on IOMMU \(AMD-Vi\) there\. No kernel/,
    ],
    ['in the firmware of an Intel', { acpiTables: [], virtualization: 'vmx' }, /no DMAR table: switch on VT-d there/],
    ['in some firmware', { acpiTables: [], virtualization: 'none' }, /no DMAR or IVRS table/],
    [
      'by the command line',
      { acpiTables: ['DMAR'], cmdline: 'quiet intel_iommu=off' },
      /\(DMAR\).*with intel_iommu=off: switch on/,
    ],
    ['by another option', { acpiTables: ['IVRS'], cmdline: 'iommu=off' }, /\(IVRS\).*started with iommu=off/],
    ['by the default of Intel', { acpiTables: ['DMAR'], cmdline: 'quiet' }, /without intel_iommu=on: switch on/],
    ['in an AMD kernel', { acpiTables: ['IVRS'], cmdline: 'quiet' }, /does not use it/],
    ['and nobody looked why', { acpiTables: null }, /IOMMU is off.*switch on IOMMU \(AMD-Vi\) in the firmware/],
  ])('%s is told so, with what to do', (_where, change, expected) => {
    const said = iommuAdvice({ ...debian, ...change });
    expect(said).toMatch(/^The IOMMU is off/);
    expect(said).toMatch(expected);
  });
});

describe('volume management devices', () => {
  it('go in whole when they are asked for, with every disk behind them, and nothing behind them is bound', () => {
    const plan = planned(vmd, { disk: 'BTAX0000000003P8DGN', rungs: { disk: 'passthrough', nic: 'emulated' } });
    expect(plan.passed.map(({ address }) => address)).toEqual(['0000:16:05.5']);
    expect(plan.erases.map(({ serial }) => serial)).toEqual(['BTAX0000000003P8DGN', 'BTAX0000000013P8DGN']);
    expect(plan.ladder[0]?.risks.join(' ')).toMatch(/behind Intel VMD/);
  });

  it('go in by themselves where one disk is behind them, and no disk behind them is emulated', () => {
    expect(planned(vmd, { disk: 'BTAX0000000023P8DGN' }).block).toBeNull();
    const text = refused(vmd, { disk: 'BTAX0000000023P8DGN', rungs: { disk: 'raw-block' } });
    expect(text).toMatch(/behind Intel VMD: what is installed on an emulated NVMe disk could lack the driver/);
  });

  it('keep the members of a RAID set of the firmware together', () => {
    const [first, second] = vmd.disks;
    const apart = {
      ...vmd,
      disks: vmd.disks.map((disk) =>
        disk === second ? { ...disk, pci: '0000:64:05.5', through: ['0000:64:05.5'] } : disk,
      ),
    };
    expect(refused(apart, { disk: first?.serial, rungs: { disk: 'passthrough' } })).toMatch(
      /BTAX0000000003P8DGN.* and .*BTAX0000000013P8DGN.* RAID set of the firmware \(isw_raid_member\): a member never goes alone/,
    );
  });
});

describe('arrays of the rescue system', () => {
  const running = (state: string): Survey => ({
    ...hetzner,
    arrays: hetzner.arrays.map((array) => (array.name === 'md2' ? { ...array, state } : array)),
  });

  it('that are at rest let a disk go, and are stopped', () => {
    const plan = planned(running('read-auto'), { disk: 'S4GENX0N100001' });
    expect(plan.block).toBeNull();
    expect(plan.stops?.map(({ name }) => name)).toEqual(['md0', 'md1', 'md2']);
    expect(plan.ladder[0]?.first?.join(' ')).not.toMatch(/writes/);
  });

  it.each(['clean', 'active', 'write-pending'])(
    'that are %s would be written to on the other disk, so they are stopped in order, and that is said',
    (state) => {
      const plan = planned(running(state), { disk: 'S4GENX0N100001' });
      expect(plan.stops?.map(({ name }) => name)).toEqual(['md0', 'md1', 'md2']);
      expect(plan.ladder[0]?.first?.join(' ')).toMatch(/what runs \(md2\) writes a last mark on all of its disks/);
      expect(plan.ladder[0]?.risks.join(' ')).toMatch(/S4GENX0N100002.*md0 .*md1 .*md2 .* degraded at best/);
    },
  );
});

describe('a function without a reset', () => {
  const spare = '0000:01:00.0';
  const noReset = withPci(debian, spare, { resets: [], parent: '0000:00:04.0' });

  it('goes in where its bus can be reset with it', () => {
    expect(planned(noReset).nic.address).toBe(spare);
  });

  it('stays out where something on its bus stays, and where it is on no bus of its own', () => {
    const beside = {
      ...(noReset.pci.at(-1) as PciDevice),
      address: '0000:01:00.1',
      parent: '0000:00:04.0',
      iommuGroup: 42,
    };
    for (const survey of [{ ...noReset, pci: [...noReset.pci, beside] }, withPci(noReset, spare, { parent: null })]) {
      const [, nic] = planned(survey).ladder;
      expect(nic).toMatchObject({ rung: 'emulated' });
      expect(nic?.refused[0]?.why).toMatch(/0000:01:00\.0 cannot be reset, neither by itself nor with its bus/);
    }
  });

  it('is a risk that is named where its driver starts it anew: AHCI and NVMe', () => {
    const [disk] = planned(withPci(debian, '0000:02:00.0', { resets: [] })).ladder;
    expect(disk).toMatchObject({
      rung: 'passthrough',
      risks: [expect.stringMatching(/no way to reset 0000:02:00\.0/)],
    });
  });
});

describe('a function', () => {
  it('that shares its interrupt line with one that stays is a risk that is named', () => {
    const shared = withPci(withPci(debian, '0000:01:00.0', { interruptLine: 16 }), '0000:00:1f.3', {
      interruptLine: 16,
    });
    expect(planned(shared).ladder[1]?.risks.join(' ')).toMatch(
      /0000:01:00\.0 shares the interrupt line 16 with 0000:00:1f\.3/,
    );
  });

  it.each<[string, Partial<PciDevice>, RegExp]>([
    ['that is a virtual one', { physicalFunction: '0000:41:00.0' }, /virtual function \(SR-IOV\) of 0000:41:00\.0/],
    ['that has virtual ones', { virtualFunctions: 8 }, /has 8 virtual functions/],
  ])('%s stays out', (_what, change, expected) => {
    const [, nic] = planned(withPci(debian, '0000:01:00.0', change)).ladder;
    expect(nic?.refused[0]?.why).toMatch(expected);
  });

  it('that shares its group with what the rescue system runs from stays out', () => {
    const cd = { name: 'sr0', mountpoints: ['/run/live'], through: ['0000:02:00.0'] };
    const [disk] = planned({ ...debian, occupied: [cd] }).ladder;
    expect(disk?.refused[0]?.why).toMatch(/with sr0, which is in use at \/run\/live/);
  });

  it('that shares its group with the USB controller of the lifeline stays out', () => {
    const nics = debian.nics.map((nic) => (nic.lifeline ? { ...nic, pci: null, through: ['0000:00:1f.3'] } : nic));
    const group = debian.pci.find(({ address }) => address === '0000:02:00.0')?.iommuGroup ?? null;
    const [disk] = planned(withPci({ ...debian, nics }, '0000:00:1f.3', { iommuGroup: group })).ladder;
    expect(disk?.refused[0]?.why).toMatch(/shares its IOMMU group .* with eth0 .*carries our connection/);
  });
});

describe('what is erased', () => {
  it('names systems, encryption and volumes', () => {
    expect(planned(load('ovh-on-link'), { disk: 'S64GNX0T500001' }).erases[0]?.holds).toMatch(
      /^Windows with BitLocker: EFI system .*BitLocker, encrypted/,
    );
    expect(planned(load('alpine-busybox')).erases[0]?.holds).toMatch(/^Linux: ext4 .*LUKS, encrypted .*LVM/);
  });
});

describe('the emulated port', () => {
  it('comes with what to enter for the real network', () => {
    const [, nic] = planned(hetzner, { disk: 'S4GENX0N100001' }).ladder;
    expect(nic?.risks).toContain('To enter there: 198.51.100.20/26, gateway 198.51.100.1 on eth0 (a8:a1:59:00:00:01).');
  });
});
