import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readInstalled } from '../../worker/host/installed.ts';
import { pciOfPath } from '../../worker/host/pci.ts';
import { readDrivers } from '../../worker/host/vfio.ts';
import { runHere } from '../support/run-here.ts';
import { SysfsTree } from '../support/sysfs-tree.ts';

const controller = '0000:02:00.0';
const patience = { timeout: 15_000 };

/** A large controller finds its disks one after the other, also when it was just given back. */
describe.each(['dash', 'busybox sh'])('on a server whose shell is %s', (words) => {
  const shell = words.split(' ');
  let sysfs: SysfsTree;
  beforeEach(() => {
    sysfs = new SysfsTree();
  });
  afterEach(() => sysfs.remove());

  const comesUp = (name: string) => {
    const place = `devices/pci0000:00/${controller}/host0/block/${name}`;
    sysfs.write({ [`${place}/size`]: '1000', [`${place}/dev`]: '8:1' });
    sysfs.link({ [`block/${name}`]: place });
  };

  it('the last look before hardware is handed over tells each disk with its place', async () => {
    comesUp('xepa-a');
    const { previous, disks } = await runHere(sysfs.in(readDrivers([controller])), shell);
    expect(previous).toEqual([{ address: controller, driver: null }]);
    expect(disks.map(({ name, place }) => [name, pciOfPath(place)])).toEqual([['xepa-a', controller]]);
  });

  it('no disk of several is judged before all of them are there', patience, async () => {
    comesUp('xepa-a');
    const looking = runHere(sysfs.in(readInstalled({ places: [controller], disks: 2 }, null)), shell);
    const late = setTimeout(() => comesUp('xepa-b'), 1_500);
    const { disks } = await looking;
    clearTimeout(late);
    expect(disks.map(({ name }) => name)).toEqual(['xepa-a', 'xepa-b']);
  });
});
