import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { machine, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { survey } from '../../worker/host/survey.ts';
import { runHere } from '../support/run-here.ts';
import { SysfsTree } from '../support/sysfs-tree.ts';

/** The one look at a server, in the shells that servers have; what this machine has not stands in a folder. */
describe.each(['dash', 'bash', 'busybox sh'])('a look at a server whose shell is %s', (words) => {
  const shell = words.split(' ');
  let home: string;
  let sysfs: SysfsTree;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'xepa-survey-'));
    sysfs = new SysfsTree();
  });
  afterEach(() => {
    sysfs.remove();
    rmSync(home, { recursive: true, force: true });
  });

  /** A program of the server's, which stands before those of this machine. */
  const program = (name: string, text: string) =>
    writeFileSync(join(home, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const look = (replaced: Readonly<Record<string, string>> = {}) => {
    const command = sysfs.in(survey());
    const stdin = Object.entries(replaced).reduce((all, [from, to]) => all.replaceAll(from, to), command.stdin ?? '');
    return runHere({ ...command, stdin }, shell, { ...process.env, PATH: `${home}:${process.env.PATH}` });
  };

  it('tells for which processors its kernel is built', async () => {
    expect((await look()).architecture).toBe(machine());
  });

  it('asks blkid for no disk that did not answer, nor for its partitions: each try can take half a minute', async () => {
    program('blkid', `echo "$@" >${home}/asked`);
    for (const name of ['xepa-dead', 'zero']) {
      const place = `devices/pci0000:00/0000:02:00.0/host0/block/${name}`;
      sysfs.write({ [`${place}/size`]: '1000', [`${place}/dev`]: '8:1', [`${place}/${name}1/partition`]: '1' });
      sysfs.link({ [`block/${name}`]: place });
    }
    const { disks } = await look();
    expect(disks.map(({ name }) => name)).toEqual(['xepa-dead', 'zero']);
    expect(readFileSync(join(home, 'asked'), 'utf8')).toBe('-c /dev/null /dev/zero\n');
  });

  /** @param type as `ARPHRD_…` of the kernel has it: 1 for Ethernet, 32 for InfiniBand */
  const port = (name: string, address: string, type = '1') => {
    const place = `devices/pci0000:00/${address}/net/${name}`;
    sysfs.write({ [`${place}/type`]: type, [`${place}/address`]: '52:54:00:00:00:01' });
    sysfs.link({ [`class/net/${name}`]: place, [`${place}/device`]: `devices/pci0000:00/${address}` });
  };
  const defaultRouteBy = (name: string) => {
    writeFileSync(join(home, 'routes'), `${name}\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`);
    return { '/proc/net/route': join(home, 'routes') };
  };

  it('leaves the port alone over which the rescue system has its own root', async () => {
    program('ip', 'case "$*" in "-o route get 10.0.0.1") echo "10.0.0.1 dev eth1 src 10.0.0.2 uid 0" ;; esac');
    port('eth0', '0000:01:00.0');
    port('eth1', '0000:01:00.1');
    port('eth2', '0000:01:00.2');
    const root = 'nfs 10.0.0.1:/rescue rw,vers=3,mountaddr=10.0.0.1,local_lock=all,addr=10.0.0.1';
    writeFileSync(join(home, 'mounts'), `20 1 0:18 / / rw,relatime - ${root}\n21 20 0:19 / /proc rw - proc proc rw`);
    const found = await look({
      ...defaultRouteBy('eth0'),
      '/proc/self/mountinfo': join(home, 'mounts'),
      // busybox may have one of its own, which it takes before any other.
      'ip -o route': `${join(home, 'ip')} -o route`,
    });
    expect(found.nics.filter(({ lifeline }) => lifeline).map(({ name }) => name)).toEqual(['eth0', 'eth1']);
  });

  it('knows the function of an InfiniBand port that carries our connection, and what else might', async () => {
    port('ib0', '0000:41:00.0', '32');
    port('eth0', '0000:01:00.0');
    port('dummy0', '0000:01:00.1', '772');
    const { nics } = await look({ ...defaultRouteBy('ib0'), 'ip -o': 'false ip -o' });
    expect(nics.map(({ name, kind, pci, lifeline }) => [name, kind, pci, lifeline])).toEqual([
      ['eth0', 'physical', '0000:01:00.0', true],
      ['ib0', 'other', '0000:41:00.0', true],
    ]);
  });
});
