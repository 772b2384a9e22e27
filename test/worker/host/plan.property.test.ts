import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Disk, Nic, PciDevice, Survey } from '../../../core/contracts/survey.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import { qemuArgv } from '../../../worker/host/qemu.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';

const base = parseSurvey(readFileSync(new URL('../../fixtures/host/debian-rescue.txt', import.meta.url), 'utf8'));

type Kind = 'bridge' | 'disk' | 'nic' | 'other';
interface Slot {
  kind: Kind;
  group: number | null;
  disks: number;
  lifeline: boolean;
  mounted: boolean;
  carrier: boolean;
}

const classes: Record<Kind, string> = { bridge: '060400', disk: '010802', nic: '020000', other: '0c0500' };

const slots = fc.array(
  fc.record<Slot>({
    kind: fc.constantFrom<Kind>('bridge', 'disk', 'disk', 'nic', 'nic', 'other'),
    group: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 5 }) },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    disks: fc.integer({ min: 1, max: 3 }),
    lifeline: fc.boolean(),
    mounted: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
    carrier: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

function inventory(generated: readonly Slot[]): Survey {
  const address = (index: number) => `0000:${index.toString(16).padStart(2, '0')}:00.0`;
  const pci: PciDevice[] = generated.map((slot, index) => ({
    address: address(index),
    class: classes[slot.kind],
    vendor: '8086',
    device: '0001',
    driver: slot.kind === 'other' ? null : 'driver',
    iommuGroup: slot.group,
  }));
  const nics: Nic[] = generated.flatMap((slot, index) =>
    slot.kind === 'nic'
      ? [
          {
            name: `eth${index}`,
            mac: `02:00:00:00:00:${index.toString(16).padStart(2, '0')}`,
            pci: address(index),
            driver: 'driver',
            carrier: slot.carrier,
            addresses: [],
            lifeline: slot.lifeline,
          },
        ]
      : [],
  );
  const disks: Disk[] = generated.flatMap((slot, index) =>
    slot.kind !== 'disk'
      ? []
      : Array.from({ length: slot.disks }, (_, n) => ({
          name: `d${index}n${n}`,
          path: `/dev/d${index}n${n}`,
          serial: `S${index}-${n}`,
          model: 'M',
          sizeBytes: 1e12,
          transport: 'nvme',
          pci: address(index),
          logicalSectorBytes: 512,
          physicalSectorBytes: 512,
          mountpoints: slot.mounted && n === 0 ? ['/mnt'] : [],
          contents: [],
        })),
  );
  return { ...base, pci, nics, disks };
}

/** An inventory, and which of its disks was asked for (none, or the one of this number). */
const cases = fc.tuple(slots.map(inventory), fc.option(fc.nat({ max: 20 })));

describe('a plan for any server', () => {
  const check = (
    judge: (survey: Survey, plan: Extract<ReturnType<typeof planInstall>, { plan: unknown }>['plan']) => void,
  ): number => {
    let plans = 0;
    fc.assert(
      fc.property(cases, ([survey, wish]) => {
        const disk = wish === null ? undefined : survey.disks[wish % Math.max(1, survey.disks.length)]?.serial;
        const result = planInstall({ survey, request: { iso: { url: 'u' }, disk } });
        if (!('plan' in result)) {
          expect(result.refusals.length).toBeGreaterThan(0);
          return;
        }
        plans += 1;
        judge(survey, result.plan);
      }),
      { numRuns: 1500 },
    );
    return plans;
  };

  it('never includes the lifeline or a bridge', () => {
    const plans = check((survey, plan) => {
      const taken = plan.passed.map((device) => device.address);
      const lifelines = survey.nics.filter((nic) => nic.lifeline).map((nic) => nic.pci);
      const bridges = survey.pci.filter((device) => device.class.startsWith('0604')).map((device) => device.address);
      expect(taken.filter((address) => lifelines.includes(address) || bridges.includes(address))).toEqual([]);
    });
    expect(plans).toBeGreaterThan(50);
  });

  it('takes groups whole and each function once', () => {
    check((survey, plan) => {
      const taken = plan.passed.map((device) => device.address);
      expect(new Set(taken).size).toBe(taken.length);
      const groups = new Set(plan.passed.map((device) => device.group));
      const whole = survey.pci.filter(
        (device) => device.iommuGroup !== null && groups.has(device.iommuGroup) && !device.class.startsWith('0604'),
      );
      expect(taken.toSorted()).toEqual(whole.map((device) => device.address).toSorted());
    });
  });

  it('shows the guest one disk controller only, names all its disks, and takes no disk in use', () => {
    check((survey, plan) => {
      const [controller, ...others] = plan.passed.filter((device) => device.purpose === 'disk');
      expect(others).toEqual([]);
      const visible = survey.disks.filter((disk) => disk.pci === controller?.address);
      expect(plan.erases.map((disk) => disk.serial).toSorted()).toEqual(visible.map((disk) => disk.serial).toSorted());
      const taken = new Set(plan.passed.map((device) => device.address));
      for (const disk of survey.disks) if (disk.pci && taken.has(disk.pci)) expect(disk.mountpoints).toEqual([]);
      for (const disk of survey.disks) {
        const inGuest = guestDevices(survey, plan).includes(disk.pci ?? '');
        expect(inGuest).toBe(disk.pci === controller?.address);
      }
    });
  });
});

function guestDevices(survey: Survey, plan: Parameters<typeof qemuArgv>[0]['plan']): string[] {
  const argv = qemuArgv({
    plan,
    smbios: survey.smbios,
    isoPath: '/i',
    dir: '/d',
    installId: 'x',
    kvm: true,
    ovmf: null,
  });
  return argv.flatMap((value) => /^vfio-pci,host=([^,]+)/.exec(value)?.[1] ?? []);
}
