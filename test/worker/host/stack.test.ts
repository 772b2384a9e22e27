import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RaidArray } from '../../../core/contracts/disk-stack.ts';
import type { Disk, Survey } from '../../../core/contracts/survey.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import type { PlanInput } from '../../../worker/host/plan-types.ts';
import { stopStack } from '../../../worker/host/stack.ts';
import { stackNow } from '../../../worker/host/stack-now.ts';
import { stackOn } from '../../../worker/host/stack-stops.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';

const load = (name: string): Survey =>
  parseSurvey(readFileSync(new URL(`../../fixtures/host/${name}.txt`, import.meta.url), 'utf8'));

/** Two NVMe disks: md0 (ext4), md1 with LUKS and two LVM volumes on it, and a volume over the third partitions of both. */
const deep: Survey = { ...load('raid-luks-lvm'), nics: load('debian-rescue').nics, memoryAvailableBytes: 8e9 };
const chosen = 'XEPANVME0A';

const disk = (survey: Survey, serial = chosen) => survey.disks.filter((one) => one.serial === serial);
const obstacles = (survey: Survey, alone = true) => stackOn(survey, disk(survey), { alone }).obstacles;

function withArrays(survey: Survey, change: Partial<RaidArray>): Survey {
  return { ...survey, arrays: survey.arrays.map((array) => ({ ...array, ...change })) };
}

function planned(survey: Survey, wish: Partial<PlanInput['request']> = {}) {
  const result = planInstall({ survey, request: { iso: { url: 'u' }, disk: chosen, ...wish } });
  if (!('plan' in result)) throw new Error(result.refusals.join('\n'));
  return result.plan;
}

describe('what is built on a disk', () => {
  it('is stopped from the top down, each with all of its disks', () => {
    const { stops } = stackOn(deep, disk(deep), { alone: true });
    expect(stops.map(({ name, kind, label }) => [name, kind, label])).toEqual([
      ['dm-1', 'lvm', 'vg0-root'],
      ['dm-2', 'lvm', 'vg0-swap--one'],
      ['dm-3', 'lvm', 'vgx-data'],
      ['md0', 'md', 'md0 (raid1)'],
      ['dm-0', 'luks', 'crypt1'],
      ['md1', 'md', 'md1 (raid1)'],
    ]);
    expect(stops.filter(({ disks }) => disks.join() !== 'nvme0n1,nvme1n1')).toEqual([]);
  });

  it('is stopped where it never started: half an array has no level', () => {
    const half = withArrays({ ...deep, volumes: [], disks: holding(deep, ['md0']) }, { level: '', state: 'inactive' });
    expect(stackOn(half, disk(half), { alone: true }).stops.map(({ label }) => label)).toEqual(['md0 (inactive)']);
  });

  it('is no reason against raw block, and does not make it into the virtual machine', () => {
    const plan = planned(deep);
    expect(plan.block?.serial).toBe(chosen);
    expect(plan.stops).toHaveLength(6);
    expect(plan.erases.map(({ serial }) => serial)).toEqual([chosen]);
  });

  it('is told before: what is stopped, what that writes, and what becomes of the disk that nobody chose', () => {
    const [placement] = planned(deep).ladder;
    expect(placement?.first).toEqual([
      'Stopped first, since it stands on what leaves the rescue system and nothing uses it: vg0/root and vg0/swap-one (LVM), vgx/data (LVM), md0 (raid1), crypt1 (LUKS) and md1 (raid1). It stays stopped, also where this is cancelled.',
      'Stopping what runs (md0 and md1) writes a last mark on all of its disks, chosen or not: that it ended in order, as at a shutdown. Nothing else is written.',
    ]);
    const other = 'On QEMU NVMe Ctrl, serial XEPANVME0B, 419 MB, which was not chosen,';
    expect(placement?.risks.slice(-2)).toEqual([
      `${other} vgx/data (LVM) will be lost once this disk is written, but for what is mirrored.`,
      `${other} md0 (raid1) and md1 (raid1) will be degraded at best once this disk is written; the installed system may find that there.`,
    ]);
  });

  it('is stopped for a console that only looks, too, and nothing of it is lost then', () => {
    const [placement] = planned(deep, { iso: undefined, purpose: 'console', snapshot: true }).ladder;
    expect(placement?.first).toHaveLength(2);
    expect(placement?.risks.join(' ')).not.toMatch(/lost|degraded/);
  });

  it('writes nothing where the arrays are at rest', () => {
    const [placement] = planned(withArrays(deep, { state: 'read-auto' })).ladder;
    expect(placement?.first).toHaveLength(1);
  });

  it.each<[string, Partial<RaidArray>, RegExp]>([
    ['raid0', {}, /lost once/],
    ['raid1', { action: 'resync' }, /degraded at best/],
    ['raid1', { missing: 1 }, /lost once/],
    ['raid10', {}, /degraded at best/],
    ['raid10', { missing: 1 }, /lost once/],
    ['raid5', {}, /degraded at best/],
    ['raid5', { missing: 1 }, /lost once/],
    ['raid5', { action: 'resync' }, /lost once/],
    ['raid6', { missing: 1 }, /degraded at best/],
    ['raid6', { missing: 2 }, /lost once/],
    ['linear', {}, /lost once/],
  ])('what becomes of %s %o is not made to look better than it is', (level, change, expected) => {
    const arrays = withArrays({ ...deep, volumes: [] }, { level, above: [], ...change });
    const survey = { ...arrays, disks: arrays.disks.map((one) => ({ ...one, holders: ['md0', 'md1'] })) };
    expect(planned(survey).ladder[0]?.risks.at(-1)).toMatch(expected);
  });
});

describe('what is not stopped', () => {
  it.each(['recover', 'reshape'])('is an array that is in %s, while other disks of it stay', (action) => {
    const survey = withArrays(deep, { action });
    expect(obstacles(survey)[0]).toMatch(/md0 \(raid1\) is being rebuilt .*XEPANVME0B.* may not be whole/);
    expect(stackOn(survey, survey.disks, { alone: false }).obstacles).toEqual([]);
  });

  it.each(['resync', 'check', 'repair', 'idle'])('is not one in %s', (action) => {
    expect(obstacles(withArrays(deep, { action }))).toEqual([]);
  });

  it('is a set of the firmware: it goes with all of its disks and controllers, or not at all', () => {
    const survey = withArrays(deep, { metadata: 'external:imsm' });
    const told = [
      expect.stringMatching(/a RAID set of the firmware on it \(md0, md1\), which XEPA does not take apart/),
    ];
    expect([obstacles(survey), obstacles(survey, false)]).toEqual([told, told]);
    const whole = stackOn(survey, survey.disks, { alone: false });
    expect(whole.obstacles).toEqual([]);
    expect(whole.stops.map(({ kind }) => kind)).not.toContain('md');
  });

  it('is what XEPA does not know, by its name', () => {
    const strange = { ...deep, volumes: deep.volumes.map((volume) => ({ ...volume, kind: 'other' as const })) };
    expect(obstacles(strange)).toEqual([
      expect.stringMatching(/vg0-root, vg0-swap--one, vgx-data, which XEPA does not stop.*dmsetup remove vgx-data/),
    ]);
  });

  it('are volumes where there is no dmsetup; arrays are, by the kernel alone', () => {
    const bare = { ...deep, tools: [] };
    expect(obstacles(bare)).toEqual([expect.stringMatching(/vg0\/root.*\(LVM\).*lacks dmsetup/)]);
    expect(obstacles({ ...bare, volumes: [], disks: holding(bare, ['md0', 'md1']) })).toEqual([]);
  });
});

function holding({ disks }: Survey, holders: string[]): Disk[] {
  return disks.map((one) => ({ ...one, holders }));
}

describe('the look before it is stopped', () => {
  const plan = planned(deep);

  it('finds what was planned, the disk that leaves, and the others that are kept from coming back', () => {
    expect(stackNow(deep, plan)).toEqual({
      ...{ leaving: ['nvme0n1'], others: ['nvme1n1'], mayStay: [] },
      stops: plan.stops,
    });
  });

  it('finds less where a worker died over it', () => {
    const half = { ...deep, volumes: [], disks: holding(deep, ['md1']), arrays: deep.arrays.slice(1) };
    expect(stackNow(half, plan)).toMatchObject({ stops: [{ name: 'md1' }], others: ['nvme1n1'] });
    const none = { ...deep, volumes: [], arrays: [], disks: holding(deep, []) };
    expect(stackNow(none, plan)).toMatchObject({ stops: [], leaving: ['nvme0n1'], others: ['nvme1n1'] });
  });

  it('has nothing to look for where the controller was handed over already', () => {
    const controller = plan.erases[0]?.controller;
    const pci = deep.pci.map((one) => (one.address === controller ? { ...one, driver: 'vfio-pci' } : one));
    const gone = { ...deep, pci, disks: disk(deep, 'XEPANVME0B') };
    expect(stackNow(gone, { ...plan, block: null })).toMatchObject({ leaving: [], stops: [] });
    expect(stackNow(gone, plan)).toEqual({ objections: [expect.stringMatching(/not the disk of the plan any more/)] });
  });

  const array = RaidArray.parse({ name: 'md9', level: 'raid1', state: 'clean', disks: ['nvme0n1', 'nvme1n1'] });
  it.each<[string, Partial<Survey>, RegExp]>([
    ['a mount', { disks: deep.disks.map((one) => ({ ...one, mountpoints: ['/mnt'] })) }, /in use at \/mnt/],
    ['another array', { arrays: [...deep.arrays, array], disks: holding(deep, ['md0', 'md9']) }, /built md9 .* since/],
    [
      'an array on other disks',
      { arrays: withArrays(deep, { disks: ['nvme0n1', 'sda'] }).arrays },
      /built md0 .* since/,
    ],
    ['a volume by another name', { volumes: deep.volumes.map((one) => ({ ...one, label: 'x' })) }, /built x /],
    ['an array that is rebuilt now', { arrays: withArrays(deep, { action: 'recover' }).arrays }, /being rebuilt/],
    ['another disk', { disks: deep.disks.map((one) => ({ ...one, serial: 'OTHER' })) }, /not the disk of the plan/],
  ])('objects to %s', (_what, change, expected) => {
    const now = stackNow({ ...deep, ...change }, plan);
    expect('objections' in now && now.objections.join(' ')).toMatch(expected);
  });
});

describe('the command that stops it', () => {
  const { stops = [] } = planned(deep);
  const command = stopStack({
    ...{ installId: 'xe-7f3kq2', leaving: ['nvme0n1'], others: ['nvme1n1'], mayStay: ['md126'] },
    stops,
  });
  const said = (stdout: string) => () => command.parse({ stdout: `${stdout}\n## xepa end\n`, stderr: '', exitCode: 0 });

  it('names disks and what is stopped as arguments, the top first', () => {
    expect(command.argv.slice(3)).toEqual([
      ...['xepa-xe-7f3kq2', 'nvme0n1', '--', 'nvme1n1', '--', 'dm-1', 'dm-2', 'dm-3', 'md0', 'dm-0', 'md1'],
    ]);
  });

  it('is content when nothing is left, but for a set of the firmware', () => {
    expect(said('## xepa open\n\n## xepa failed\n## xepa left\nmd126')()).toBeUndefined();
  });

  it.each([
    ['## xepa open\ndm-1\tpvscan\t77', /vg0\/root \(LVM\) by pvscan \(77\)\. Nothing was stopped/],
    ['## xepa failed\ndm-0\tDevice or resource busy', /crypt1 \(LUKS\) did not stop \(Device or resource busy\)/],
    ['## xepa failed\nmd1\t', /md1 \(raid1\) did not stop \(no reason was given\)/],
    ['## xepa left\nmd127\nmd127', /Still there: md127\./],
  ])('says what holds the disk: %s', (stdout, expected) => {
    expect(said(stdout)).toThrow(
      expect.objectContaining({ code: 'device-unfit', retry: 'backoff', userMessage: expect.stringMatching(expected) }),
    );
  });
});
