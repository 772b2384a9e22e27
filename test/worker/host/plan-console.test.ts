import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Content } from '../../../core/contracts/disk-stack.ts';
import type { Plan } from '../../../core/contracts/plan.ts';
import type { Disk, Survey } from '../../../core/contracts/survey.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import type { PlanInput } from '../../../worker/host/plan-types.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';

const [debian, hetzner] = ['debian-rescue', 'hetzner-like'].map(load) as [Survey, Survey];
const looking = { snapshot: true, rungs: { disk: 'raw-block' } } as const;

function load(name: string): Survey {
  return parseSurvey(readFileSync(new URL(`../../fixtures/host/${name}.txt`, import.meta.url), 'utf8'));
}

function planFor(survey: Survey, request: PlanInput['request'] = {}) {
  return planInstall({ survey, request: { purpose: 'console', ...request } });
}

function planned(survey: Survey, request: PlanInput['request'] = {}): Plan {
  const result = planFor(survey, request);
  if (!('plan' in result)) throw new Error(result.refusals.join('\n'));
  return result.plan;
}

function refused(survey: Survey, request: PlanInput['request'] = {}): string[] {
  const result = planFor(survey, request);
  return 'plan' in result ? [] : result.refusals;
}

/** Everything that people read of a plan. */
function wordsOf({ warnings, ladder }: Plan): string[] {
  return [
    ...warnings,
    ...ladder.flatMap(({ how, refused: better, risks }) => [how, ...better.map(({ why }) => why), ...risks]),
  ];
}

/** The survey's only disk, holding these. */
function holding(survey: Survey, ...types: string[]): Survey {
  const contents = types.map((type, index) => Content.parse({ name: `p${index}`, type, label: '', sizeBytes: 1e9 }));
  return { ...survey, disks: survey.disks.map((disk): Disk => ({ ...disk, contents, holders: [] })) };
}

describe('a console', () => {
  it('gets the hardware that an install would get, and another digest', () => {
    const iso = { url: 'https://dl.example.com/a.iso' };
    const install = planInstall({ survey: debian, request: { iso } });
    if (!('plan' in install)) throw new Error('an install is possible');
    const { passed, nic, block, erases, memoryMb } = install.plan;
    expect(planned(debian)).toMatchObject({ passed, nic, block, erases, memoryMb });
    expect(planned(debian).digest).not.toBe(install.plan.digest);
    expect(planned(debian, looking).digest).not.toBe(planned(debian, { rungs: looking.rungs }).digest);
  });

  it.each([
    ['passthrough', debian, {}],
    ['raw block', { ...debian, iommu: false }, {}],
    ['a snapshot', debian, looking],
    ['an emulated port', debian, { rungs: { nic: 'emulated' } }],
  ] as const)('says nothing of an installer: %s', (_name, survey, request) => {
    const words = wordsOf(planned(survey, request));
    expect(words.length).toBeGreaterThan(3);
    expect(words.filter((text) => /\binstaller\b/i.test(text))).toEqual([]);
  });

  it('is refused in words of its own, too', () => {
    const reasons = [
      ...refused(hetzner),
      ...refused({ ...debian, memoryAvailableBytes: 1e9 }),
      ...refused({ ...debian, disks: [] }),
    ];
    expect(reasons).toEqual([
      expect.stringMatching(/say which one to start from by its serial/),
      expect.stringMatching(/Too little memory.*go to what it writes; the installed system needs/),
      expect.stringMatching(/nothing to start from/),
    ]);
  });

  it('says that what starts is real, and how far it reaches', () => {
    expect(planned(debian).warnings.at(-1)).toMatch(/services and timers start.*in the server's own network/);
    const { warnings, ladder } = planned(debian, { rungs: { nic: 'emulated' } });
    expect(warnings.at(-1)).toMatch(/can call out, by DHCP; nobody can call them/);
    expect(ladder[1]?.risks[0]).toMatch(/With a static address the installed system reaches nothing/);
  });

  it.each([
    ['LUKS with a TPM', { ...holding(debian, 'crypto_LUKS'), tpm: true }, [/passphrase has to be typed/, /has no TPM/]],
    ['LUKS without one', { ...holding(debian, 'crypto_LUKS'), tpm: false }, [/passphrase has to be typed/]],
    ['BitLocker', { ...holding(debian, 'BitLocker'), tpm: true }, [/recovery key/, /has no TPM/]],
    ['a hibernated system', holding(debian, 'ext4', 'swsuspend'), [/hibernates on this disk/]],
    ['UEFI', { ...holding(debian, 'vfat'), firmware: 'uefi' as const }, [/Boot From File/]],
    ['nothing of the kind', { ...holding(debian, 'ext4'), tpm: true }, []],
  ])('warns of what it can tell: %s', (_name, survey, expected) => {
    const about = planned(survey).warnings.filter((text) => /TPM|encrypted|hibernates|Boot From File/.test(text));
    expect(about).toEqual(expected.map((text) => expect.stringMatching(text)));
  });

  it('does not start half an array, except to look at it', () => {
    const disk = 'S4GENX0N100001';
    expect(planned(hetzner, { disk }).passed).toHaveLength(1);
    const mirror = holding(hetzner, 'linux_raid_member');
    expect(refused(mirror, { disk })).toEqual([
      expect.stringMatching(/is part of an array with .*S4GENX0N100002.*the array fall apart.*--snapshot/),
    ]);
    expect(planned(mirror, { disk, ...looking }).block).toMatchObject({ serial: disk });
  });

  it('starts the whole of it where its disks share a controller that goes in', () => {
    const [one] = hetzner.disks.filter(({ serial }) => serial === 'S4GENX0N100001');
    const disks = hetzner.disks.map((disk) =>
      disk.serial === 'S4GENX0N100002' ? { ...disk, pci: one?.pci ?? null } : disk,
    );
    const plan = planned({ ...hetzner, disks }, { disk: 'S4GENX0N100001', rungs: { disk: 'passthrough' } });
    expect(plan.erases.map(({ serial }) => serial).sort()).toEqual(['S4GENX0N100001', 'S4GENX0N100002']);
  });
});

describe('a snapshot', () => {
  it('gets memory for what is written, which the VM does not get', () => {
    const survey = { ...debian, memoryAvailableBytes: 4 * 1024 ** 3 };
    const plan = planned(survey, looking);
    expect(plan.block).toMatchObject({ path: '/dev/nvme0n1', scratchMb: 512 });
    const plain = planned(survey, { rungs: looking.rungs });
    expect(plain.block?.scratchMb).toBeUndefined();
    expect(plain.memoryMb - plan.memoryMb).toBe(512);
    expect(plan.ladder[0]).toMatchObject({ how: expect.stringMatching(/read-only.*512 MB.*thrown away/) });
  });

  it.each([
    [2, 256],
    [16, 2048],
    [1024, 8192],
  ])('of %i GiB takes %i MB', (gib, scratchMb) => {
    expect(planned({ ...debian, memoryAvailableBytes: gib * 1024 ** 3 }, looking).block?.scratchMb).toBe(scratchMb);
  });

  it('is refused where the disk itself goes into the VM', () => {
    expect(refused(debian, { snapshot: true })).toEqual([expect.stringMatching(/only where.*raw block/)]);
  });
});
