import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Survey } from '../../../core/contracts/survey.ts';
import { planInstall } from '../../../worker/host/plan.ts';
import { inUse } from '../../../worker/host/plan-disk.ts';
import { stackOn } from '../../../worker/host/stack-stops.ts';
import { stopNames, stopsFirst, stopsRisks } from '../../../worker/host/stack-words.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';

/** What Debian's kernel 6.1 and its tools made of two NVMe disks, as our script read it there. */
const load = (name: string): Survey =>
  parseSurvey(readFileSync(new URL(`../../fixtures/host/${name}.txt`, import.meta.url), 'utf8'));

const [chosen, other] = ['XEPANVME0A', 'XEPANVME0B'];
const diskOf = (survey: Survey, serial = chosen) => survey.disks.filter((disk) => disk.serial === serial);

function told(survey: Survey, serial = chosen) {
  const disks = diskOf(survey, serial);
  const { stops, obstacles } = stackOn(survey, disks, { alone: true });
  return { stops, obstacles, first: stopsFirst(survey, stops), risks: stopsRisks(survey, stops, disks) };
}

function refusals(survey: Survey, disk: string): string {
  const result = planInstall({ survey, request: { iso: { url: 'u' }, disk } });
  if (!('refusals' in result)) throw new Error('there is a plan');
  return result.refusals.join('\n');
}

describe('thin volumes of LVM', () => {
  const survey = load('lvm-thin');

  it('are stopped before their pool, and the pool before its parts', () => {
    expect(told(survey).stops.map(({ label }) => label)).toEqual([
      ...['pve-swap', 'pve-root', 'pve-data', 'pve-vm--100--disk--0', 'pve-vm--101--cloudinit'],
      ...['pve-snap_vm--100--disk--0_before', 'pve-data-tpool', 'pve-data_tmeta', 'pve-data_tdata'],
    ]);
  });

  it('are named as people know them, without parts, and nothing is written to another disk', () => {
    expect(told(survey)).toMatchObject({ obstacles: [], risks: [] });
    expect(told(survey).first).toEqual([
      expect.stringContaining(
        ': pve/swap, pve/root, pve/data, pve/vm-100-disk-0, pve/vm-101-cloudinit and pve/snap_vm-100-disk-0_before (LVM). It',
      ),
    ]);
  });

  it('are counted where there are many', () => {
    const many = Array.from({ length: 40 }, (_, at) => ({
      ...{ name: `dm-${at}`, kind: 'lvm' as const, label: `pve-vm--${at}--disk--0`, disks: ['sda'] },
    }));
    expect(stopNames(many)).toMatch(/^pve\/vm-0-disk-0, .*vm-5-disk-0 and 34 other volumes of pve \(LVM\)$/);
    expect(stopNames(many.slice(0, 7))).not.toContain('other');
  });

  it('go by the name of the volume where parts of it are all that is left', () => {
    expect(stopNames(told(survey).stops.slice(-2))).toBe('pve/data (LVM)');
  });
});

describe('volumes over the chosen disk and another one', () => {
  const survey = load('lvm-two-disks');

  it('are stopped with their parts on the chosen disk; what stands on the other one alone stays', () => {
    const names = told(survey).stops.map(({ label }) => label);
    expect(names).toEqual(expect.arrayContaining(['mix-mir', 'mix-mir_rimage_0', 'mix-snap', 'mix-ona-real']));
    expect(names).not.toEqual(expect.arrayContaining(['mix-onb']));
    expect(names).not.toEqual(expect.arrayContaining(['mix-mir_rimage_1']));
  });

  it('a mirror marks its end on both disks, and that is told before', () => {
    const { first, risks } = told(survey);
    expect(first[1]).toMatch(/^Stopping what runs \(mix\/mir\) writes a last mark on all of its disks/);
    expect(risks).toEqual([
      expect.stringMatching(/serial XEPANVME0B.* not chosen, mix\/mir \(LVM\) will be lost .*but for what is mirrored/),
    ]);
  });

  it('a cache on the chosen disk costs what it was to be written to later', () => {
    const { stops, first, risks } = told(load('lvm-caches'));
    expect(risks).toEqual([expect.stringMatching(/XEPANVME0B.*, cv\/slow and cv\/wslow \(LVM\) will be lost/)]);
    expect(first[1]).toMatch(/^Stopping what runs \(cv\/slow and cv\/wslow\)/);
    expect(stops.map(({ label }) => label)).not.toEqual(expect.arrayContaining(['cv-slow_corig']));
  });
});

it('below arrays are volumes of any kind, and a thin pool over them marks its end as well', () => {
  const { stops, first, risks } = told(load('raid-lvm-luks'));
  const at = (label: string) => stops.findIndex((stop) => stop.label === label);
  expect(at('vg0-enc--root')).toBeGreaterThan(at('luks-8bbe182e-8d37-4419-9ae0-f46073516989'));
  expect(at('md1 (raid1)')).toBeGreaterThan(at('vg0-enc--root'));
  expect(first[1]).toMatch(/^Stopping what runs \(md0, md1, md2 and thinvg\/tp\)/);
  expect(risks).toEqual([expect.stringMatching(/, md0 \(raid1\), md1 \(raid1\) and md2 \(raid1\) will be degraded/)]);
});

it('integrity below a disk or its encryption is no LUKS', () => {
  expect(told(load('lvm-caches')).stops).toContainEqual(
    expect.objectContaining({ kind: 'integrity', label: 'integ', name: 'dm-8' }),
  );
});

describe('what XEPA does not stop', () => {
  it('is a loop device on the disk or a partition, which the kernel names as no holder', () => {
    const survey = load('loops');
    expect(diskOf(survey)[0]?.holders).toEqual(['loop0', 'loop2', 'loop1']);
    expect(told(survey).obstacles).toEqual([expect.stringMatching(/loop0, loop2, loop1, which.*losetup -d .*loop0;/)]);
  });

  it('nor is a file system on a loop device taken away', () => {
    expect(refusals(load('loops'), chosen)).toMatch(/is in use at \/m; nothing is taken away/);
  });

  it('nor one that is mounted for other processes alone, which are named', () => {
    expect(diskOf(load('loops'), other)[0]?.mountpoints).toEqual(['/m2 (of the process sleep, 293)']);
  });

  it('is bcache, whether the disk is cached or the cache itself', () => {
    const survey = load('bcache');
    expect(told(survey).obstacles).toEqual([expect.stringMatching(/stands bcache0, a cache of bcache, which/)]);
    expect(told(survey, other).obstacles).toEqual([expect.stringMatching(/stands bcache0, bcache1/)]);
    expect(survey.disks.map(({ name }) => name)).not.toEqual(expect.arrayContaining(['bcache0']));
  });

  it('is a set of the firmware that md runs (DDF)', () => {
    expect(told(load('ddf-set'))).toMatchObject({
      stops: [],
      obstacles: [expect.stringMatching(/RAID set of the firmware on it \(md126, md127\).*Delete the set/)],
    });
  });

  it('is a disk by two paths, told by its WWN', () => {
    const survey = load('multipath');
    expect(refusals(survey, 'XEPAMPATH')).toMatch(/is reached by 2 paths \(sdb, sdc\).*Leave it one path/);
    const twins = { ...survey, disks: survey.disks.map((disk) => ({ ...disk, wwn: disk.name })) };
    expect(refusals(twins, 'XEPAMPATH')).toMatch(/More than one disk has the serial XEPAMPATH/);
  });

  it('is swap, and how to end that is told', () => {
    const [disk] = diskOf(load('lvm-thin'));
    expect(disk && inUse({ ...disk, mountpoints: ['/mnt', '[SWAP]'] })).toMatch(
      /in use at \/mnt, as swap; nothing is taken away\..*\(swapoff -a\)/,
    );
  });
});

it('a disk that multipath has mapped by one path is let go of', () => {
  expect(told(load('multipath'))).toMatchObject({ obstacles: [], stops: [{ label: 'mpatha', kind: 'multipath' }] });
});
