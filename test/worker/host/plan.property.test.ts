import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RungWish } from '../../../core/contracts/ladder.ts';
import type { Plan } from '../../../core/contracts/plan.ts';
import type { Disk, Survey } from '../../../core/contracts/survey.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import { qemuArgv } from '../../../worker/host/qemu.ts';
import { anyServer } from '../../support/any-server.ts';

/** More for a long look: `XEPA_PLAN_RUNS=20000`. */
const numRuns = Number(process.env.XEPA_PLAN_RUNS ?? 1500);

const wishes: fc.Arbitrary<RungWish> = fc.record(
  { disk: fc.constantFrom('passthrough', 'raw-block'), nic: fc.constantFrom('passthrough', 'emulated') },
  { requiredKeys: [] },
);

/** A server, which of its disks was asked for (none, or the one of this number), and the rungs that were. */
const cases = fc.tuple(anyServer, fc.option(fc.nat({ max: 20 })), wishes);

interface Case {
  survey: Survey;
  plan: Plan;
  rungs: RungWish;
}

/** Judges every plan that is made, and demands reasons of every refusal. Returns how many plans were judged. */
function judged(judge: (given: Case) => void): number {
  let plans = 0;
  fc.assert(
    fc.property(cases, ([survey, wish, rungs]) => {
      const disk = wish === null ? undefined : survey.disks[wish % Math.max(1, survey.disks.length)]?.serial;
      const result = planInstall({ survey, request: { iso: { url: 'u' }, disk, rungs } });
      if ('plan' in result) {
        plans += 1;
        judge({ survey, plan: result.plan, rungs });
        return;
      }
      expect(result.refusals.length).toBeGreaterThan(0);
      expect(result.refusals.filter((why) => why.length < 20)).toEqual([]);
    }),
    { numRuns },
  );
  return plans;
}

const takenBy = ({ passed }: Plan) => new Set(passed.map(({ address }) => address));

/** Everything that stops working when these functions leave the kernel. */
function hangsOn(one: { pci: string | null; through: readonly string[] }, taken: ReadonlySet<string>): boolean {
  return [one.pci ?? '', ...one.through].some((address) => taken.has(address));
}

const isBridge = ({ class: kind }: { class: string }) => kind.startsWith('0604');

describe('a plan for any server', { timeout: 60_000 }, () => {
  it('never includes the lifeline, or a port in the bond that carries it, or what these hang on', () => {
    const plans = judged(({ survey, plan }) => {
      const taken = takenBy(plan);
      const cut = survey.nics.filter((nic) => nic.lifeline && hangsOn(nic, taken));
      expect(cut.map(({ name }) => name)).toEqual([]);
    });
    // Most servers that are made up cannot be planned; chance decides how many.
    expect(plans).toBeGreaterThan(numRuns / 100);
  });

  it('never includes a bridge, a function behind a volume management device, a virtual function, or one that has these', () => {
    judged(({ survey, plan }) => {
      const taken = takenBy(plan);
      const wrong = survey.pci.filter(
        (one) =>
          taken.has(one.address) &&
          (isBridge(one) ||
            /^[0-9a-f]{5}/.test(one.address) ||
            one.physicalFunction !== null ||
            one.virtualFunctions > 0),
      );
      expect(wrong).toEqual([]);
    });
  });

  it('takes groups whole and each function once, and none that firmware reserves', () => {
    judged(({ survey, plan }) => {
      const groups = new Set(plan.passed.map((device) => device.group));
      const whole = survey.pci.filter(
        (one) =>
          one.iommuGroup !== null && groups.has(one.iommuGroup) && !isBridge(one) && !/^[0-9a-f]{5}/.test(one.address),
      );
      expect(plan.passed.map((one) => one.address).toSorted()).toEqual(whole.map((one) => one.address).toSorted());
      expect(survey.reservedGroups.filter((group) => groups.has(group))).toEqual([]);
      if (!survey.iommu || !survey.vfio) expect(plan.passed).toEqual([]);
    });
  });

  it('touches no disk that was not chosen, but where passthrough was asked for by name: then it is named', () => {
    const along = new Set<number>();
    judged(({ survey, plan, rungs }) => {
      const taken = takenBy(plan);
      const lost = survey.disks.filter((disk) => hangsOn(disk, taken));
      const named = plan.erases.map(({ serial }) => serial);
      const [chosen] = named;
      const others = lost.filter(({ serial }) => serial !== chosen);
      along.add(others.length);
      expect(others.filter(({ serial }) => !named.includes(serial))).toEqual([]);
      if (rungs.disk !== 'passthrough') expect([others.length, named.length]).toEqual([0, 1]);
    });
    expect(along.size).toBeGreaterThan(1);
  });

  it('takes nothing that is in use, and breaks no array that runs', () => {
    judged(({ survey, plan }) => {
      const taken = takenBy(plan);
      const lost = survey.disks.filter((disk) => hangsOn(disk, taken) || disk.path === plan.block?.path);
      expect(lost.flatMap((disk) => disk.mountpoints)).toEqual([]);
      expect(survey.occupied.filter((one) => hangsOn({ ...one, pci: null }, taken))).toEqual([]);
      const names = new Set(lost.map(({ name }) => name));
      const stopped = new Set(plan.stops?.map(({ name }) => name));
      const broken = survey.arrays.filter(
        ({ name, disks }) =>
          !stopped.has(name) && disks.some((one) => names.has(one)) && !disks.every((one) => names.has(one)),
      );
      expect(broken).toEqual([]);
    });
  });

  it('stops all that is built on what is taken and nothing else, the top first, and no set of the firmware', () => {
    const counts = new Set<number>();
    judged(({ survey, plan }) => {
      const taken = takenBy(plan);
      const lost = survey.disks.filter((disk) => hangsOn(disk, taken) || disk.path === plan.block?.path);
      const stops = plan.stops?.map(({ name }) => name) ?? [];
      counts.add(stops.length);
      const sets = survey.arrays.filter(({ metadata }) => metadata.startsWith('external')).map(({ name }) => name);
      const built = new Set(lost.flatMap(({ holders }) => holders).filter((name) => !sets.includes(name)));
      expect(stops.toSorted()).toEqual([...built].toSorted());
      const aboveOf = new Map([...survey.arrays, ...survey.volumes].map(({ name, above }) => [name, above]));
      const early = stops.filter((name, at) => aboveOf.get(name)?.some((one) => !stops.slice(0, at).includes(one)));
      expect(early).toEqual([]);
      expect(plan.ladder[0]?.first === undefined).toBe(stops.length === 0);
    });
    expect(counts.size).toBeGreaterThan(1);
  });

  it('leaves an array that is being rebuilt whole, and says what becomes of every other one that stays in part', () => {
    judged(({ survey, plan }) => {
      const taken = takenBy(plan);
      const stays = survey.disks.filter((disk) => !hangsOn(disk, taken) && disk.path !== plan.block?.path);
      for (const { name } of plan.stops ?? []) {
        const array = survey.arrays.find((one) => one.name === name);
        const left = stays.filter((disk) => array?.disks.includes(disk.name));
        if (!array || left.length === 0) continue;
        expect(['recover', 'reshape']).not.toContain(array.action);
        expect(plan.ladder[0]?.risks.join(' ')).toMatch(/md0 \(raid\d+\).* will be (lost|degraded)/);
      }
    });
  });

  it('shows the guest the chosen disk, in one way, and others of its controller only where that was asked for', () => {
    const ways = new Set<string>();
    judged(({ survey, plan, rungs }) => {
      ways.add(plan.block ? 'raw-block' : 'passthrough');
      expect(plan.passed.filter((one) => one.purpose === 'disk')).toHaveLength(plan.block ? 0 : 1);
      const chosen = survey.disks.find((disk) => disk.serial === plan.erases[0]?.serial);
      const seen = guestDisks(survey, plan);
      expect(seen).toContain(chosen?.name);
      if (rungs.disk !== 'passthrough') expect(seen).toEqual([chosen?.name]);
    });
    expect([...ways].sort()).toEqual(['passthrough', 'raw-block']);
  });

  it('goes by the rung that was asked for, or not at all', () => {
    judged(({ plan, rungs }) => {
      const [disk, nic] = plan.ladder;
      if (rungs.disk) expect(disk).toMatchObject({ rung: rungs.disk, asked: true });
      if (rungs.nic) expect(nic).toMatchObject({ rung: rungs.nic, asked: true });
      expect(plan.nic.mode === 'passthrough').toBe(nic?.rung === 'passthrough');
    });
  });

  it('says of each device how it gets in, and of each better rung why not', () => {
    judged(({ plan }) => {
      expect(plan.ladder.map(({ part }) => part)).toEqual(['disk', 'nic']);
      for (const { rung, how, refused, risks } of plan.ladder) {
        expect([how, ...refused.map(({ why }) => why), ...risks].every((text) => text.endsWith('.'))).toBe(true);
        expect(refused.map((one) => one.rung)).toEqual(rung === 'passthrough' ? [] : ['passthrough', 'kexec']);
      }
    });
  });
});

/** Names of the disks that the guest sees: those of passed controllers, and the raw one. */
function guestDisks(survey: Survey, plan: Plan): string[] {
  const argv = argvOf(survey, plan);
  const passed = argv.flatMap((value) => /^vfio-pci,host=([^,]+)/.exec(value)?.[1] ?? []);
  const files = argv.flatMap((value) => /^if=none,id=target,.*file=([^,]+)/.exec(value)?.[1] ?? []);
  const isSeen = (disk: Disk) => passed.includes(disk.pci ?? '') || files.includes(disk.path);
  return survey.disks.filter(isSeen).map((disk) => disk.name);
}

function argvOf(survey: Survey, plan: Plan): string[] {
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
