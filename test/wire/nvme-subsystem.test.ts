import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInstalled } from '../../worker/host/installed.ts';
import { survey } from '../../worker/host/survey.ts';
import { runHere } from '../support/run-here.ts';
import { SysfsTree } from '../support/sysfs-tree.ts';

/**
 * An NVMe disk with two ports, as data centres have them, and a kernel that could use both (nvme_core.multipath): the disk has a folder
 * that names no PCI function, and what hangs on the controller is a hidden way to it.
 */
const controller = 'devices/pci0000:00/0000:00:01.0/0000:02:00.0/nvme/nvme0';
const subsystem = 'devices/virtual/nvme-subsystem/nvme-subsys0';
const disk = `${subsystem}/xepa0n1`;
const array = 'devices/virtual/block/md977';

let sysfs: SysfsTree;
beforeEach(() => {
  sysfs = new SysfsTree();
  sysfs.write({
    [`${controller}/xepa0c0n1/hidden`]: '1',
    [`${controller}/xepa0c0n1/size`]: '7501476528',
    [`${disk}/size`]: '7501476528',
    [`${disk}/dev`]: '259:1',
    [`${disk}/hidden`]: '0',
    [`${disk}/xepa0n1p1/dev`]: '259:2',
    [`${disk}/xepa0n1p1/size`]: '1000',
    [`${disk}/xepa0n1p1/partition`]: '1',
    [`${subsystem}/serial`]: 'S64GNE0R',
    [`${array}/size`]: '1000',
    [`${array}/dev`]: '9:977',
    [`${array}/md/level`]: 'raid1',
    [`${array}/md/array_state`]: 'clean',
  });
  sysfs.link({
    [`${subsystem}/nvme0`]: controller,
    [`${disk}/device`]: subsystem,
    [`${disk}/xepa0n1p1/holders/md977`]: array,
    'block/xepa0n1': disk,
    'block/xepa0c0n1': `${controller}/xepa0c0n1`,
    'block/md977': array,
  });
});
afterEach(() => sysfs.remove());

describe.each(['dash', 'bash', 'busybox sh'])('on a server whose shell is %s', (words) => {
  const shell = words.split(' ');

  it('a disk of a subsystem hangs on its controller, and so does what is built on it', async () => {
    const { disks, arrays } = await runHere(sysfs.in(survey()), shell);
    expect(disks.map(({ name, serial, pci }) => [name, serial, pci])).toEqual([
      ['xepa0n1', 'S64GNE0R', '0000:02:00.0'],
    ]);
    expect(disks[0]?.through).toEqual(['0000:02:00.0', '0000:00:01.0']);
    expect(arrays.map(({ name, disks: below }) => [name, below])).toEqual([['md977', ['xepa0n1']]]);
  });

  it('a disk on two controllers is on neither: the rescue system would keep one way to it', async () => {
    sysfs.link({ [`${subsystem}/nvme1`]: 'devices/pci0000:00/0000:00:02.0/0000:03:00.0/nvme/nvme1' });
    const { disks } = await runHere(sysfs.in(survey()), shell);
    expect(disks.map(({ name, pci, through }) => [name, pci, through])).toEqual([['xepa0n1', null, []]]);
  });

  it('is found by its controller after the installer, and the hidden way to it is no disk', async () => {
    const { disks } = await runHere(sysfs.in(readInstalled({ places: ['0000:02:00.0'], disks: 1 }, null)), shell);
    expect(disks.map(({ name, partitions }) => [name, partitions.map((one) => one.name)])).toEqual([
      ['xepa0n1', ['xepa0n1p1']],
    ]);
  });
});
