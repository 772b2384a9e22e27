import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockDisk } from '../../../core/contracts/ladder.ts';
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
  held: boolean;
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
    held: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
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
          holders: slot.held && n === 0 ? ['md0'] : [],
          contents: [],
        })),
  );
  return { ...base, pci, nics, disks };
}

/** An inventory, and which of its disks was asked for (none, or the one of this number). */
const cases = fc.tuple(
  fc
    .tuple(slots.map(inventory), fc.boolean(), fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 2 }))
    .map(([survey, iommu, reservedGroups]): Survey => ({ ...survey, iommu, reservedGroups })),
  fc.option(fc.nat({ max: 20 })),
);

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

  it('shows the guest the chosen disk and no other, in one way', () => {
    const ways = new Set<string>();
    check((survey, plan) => {
      const controllers = plan.passed.filter((device) => device.purpose === 'disk');
      ways.add(plan.block ? 'raw-block' : 'passthrough');
      expect(controllers).toHaveLength(plan.block ? 0 : 1);
      const [erased, ...others] = plan.erases;
      expect(others).toEqual([]);
      const chosen = survey.disks.find((disk) => disk.serial === erased?.serial);
      expect(guestDisks(survey, plan)).toEqual([chosen?.name]);
      if (plan.block) expect(chosen?.holders).toEqual([]);
    });
    expect([...ways].sort()).toEqual(['passthrough', 'raw-block']);
  });

  it('takes no disk in use', () => {
    check((survey, plan) => {
      const taken = new Set([...plan.passed.map(({ address }) => address), plan.block?.controller]);
      const lost = survey.disks.filter((disk) => taken.has(disk.pci ?? '') && isTaken(disk, plan.block));
      expect(lost.flatMap((disk) => disk.mountpoints)).toEqual([]);
    });
  });

  it('says of each device how it gets in, and of each better rung why not', () => {
    check((_survey, plan) => {
      expect(plan.ladder.map(({ part }) => part)).toEqual(['disk', 'nic']);
      for (const { rung, how, refused, risks } of plan.ladder) {
        expect([how, ...refused.map(({ why }) => why), ...risks].every((text) => text.endsWith('.'))).toBe(true);
        expect(refused.map((one) => one.rung)).toEqual(rung === 'passthrough' ? [] : ['passthrough', 'kexec']);
      }
    });
  });
});

/** Raw block takes one disk of a controller, passthrough all of them. */
function isTaken(disk: Disk, block: BlockDisk | null): boolean {
  return block === null || disk.pci !== block.controller || disk.path === block.path;
}

/** Names of the disks that the guest sees: those of passed controllers, and the raw one. */
function guestDisks(survey: Survey, plan: Parameters<typeof qemuArgv>[0]['plan']): string[] {
  const argv = argvOf(survey, plan);
  const passed = argv.flatMap((value) => /^vfio-pci,host=([^,]+)/.exec(value)?.[1] ?? []);
  const files = argv.flatMap((value) => /^if=none,id=target,.*file=([^,]+)/.exec(value)?.[1] ?? []);
  return survey.disks
    .filter((disk) => passed.includes(disk.pci ?? '') || files.includes(disk.path))
    .map((disk) => disk.name);
}

function argvOf(survey: Survey, plan: Parameters<typeof qemuArgv>[0]['plan']): string[] {
  return qemuArgv({
    plan,
    smbios: survey.smbios,
    isoPath: '/i',
    dir: '/d',
    installId: 'x',
    kvm: true,
    ovmf: null,
  });
}
