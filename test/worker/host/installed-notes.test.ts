import { describe, expect, it } from 'vitest';
import { fixFiles, fixSentence } from '../../../worker/host/fix-files.ts';
import { namedDevices } from '../../../worker/host/fstab-notes.ts';
import type { InstalledPartition } from '../../../worker/host/installed.ts';
import { judgeInstalled } from '../../../worker/host/installed-notes.ts';
import { namedPorts } from '../../../worker/host/network-notes.ts';
import { plannedWrites } from '../../../worker/host/plan-writes.ts';
import { serialConsoleOf } from '../../../worker/host/serial-notes.ts';

function partition(files: Record<string, string>, more: Partial<InstalledPartition> = {}): InstalledPartition {
  const entries = Object.entries(files).map(([path, text]) => [path, text.split('\n')] as const);
  const rest = { name: 'sda2', number: 2, type: 'ext4', uuid: 'u-2', state: 'read' as const, loaders: [] };
  return { ...rest, files: new Map(entries), ...more };
}
const table = { scheme: 'gpt', bootCode: 'none', partitions: [] } as const;
const disk = (...partitions: InstalledPartition[]) => ({
  name: 'sda',
  table: { ...table, partitions: [] },
  partitions,
});
const metal = { ports: ['enp2s0'], mac: '52:54:00:aa:00:01', cmdline: 'quiet' };
const judge = (one: InstalledPartition, more: Partial<typeof metal> = {}) =>
  judgeInstalled({ disks: [disk(one)] }, { ...metal, ...more });

describe('ports that are called by a name', () => {
  it.each([
    ['etc/network/interfaces', 'auto lo\niface lo inet loopback\niface enp0s4 inet dhcp\niface enp0s4 inet6 auto'],
    [
      'etc/netplan/50-cloud-init.yaml',
      'network:\n  version: 2\n  ethernets:\n    enp0s4:\n      dhcp4: true\n  bonds:\n    bond0: {}',
    ],
    ['etc/systemd/network/10.network', '[Match]\nName=enp0s4\n\n[Network]\nDHCP=yes'],
    ['etc/NetworkManager/system-connections/wired.nmconnection', '[connection]\nid=wired\ninterface-name=enp0s4'],
    ['etc/sysconfig/network-scripts/ifcfg-enp0s4', 'TYPE=Ethernet\nDEVICE="enp0s4"'],
  ])('are found in %s', (file, text) => {
    expect(namedPorts(partition({ [file]: text }))).toEqual([{ name: 'enp0s4', file }]);
  });

  it.each([
    [
      'etc/netplan/1.yaml',
      'network:\n  ethernets:\n    lan:\n      match: {macaddress: "52:54:00:aa:00:01"}\n      set-name: lan',
    ],
    ['etc/systemd/network/10.network', '[Match]\nMACAddress=52:54:00:aa:00:01'],
    ['etc/systemd/network/20.network', '[Match]\nName=en*'],
    ['etc/NetworkManager/system-connections/w.nmconnection', 'interface-name=enp0s4\nmac-address=52:54:00:AA:00:01'],
    ['etc/sysconfig/network-scripts/ifcfg-lan', 'DEVICE=lan\nHWADDR=52:54:00:aa:00:01'],
    ['etc/network/interfaces', 'iface vmbr0 inet static\niface bond0 inet manual\niface lo inet loopback'],
  ])('are none where %s says by MAC, or speaks of no port', (file, text) => {
    expect(namedPorts(partition({ [file]: text }))).toEqual([]);
  });

  it('are tied to a MAC by a link file or a udev rule', () => {
    const named = { 'etc/network/interfaces': 'iface lan0 inet dhcp' };
    const link = { 'etc/systemd/network/10-lan0.link': '[Match]\nMACAddress=52:54:00:aa:00:01\n[Link]\nName=lan0' };
    const rule = {
      'etc/udev/rules.d/70-persistent-net.rules': 'SUBSYSTEM=="net", ATTR{address}=="52:54:00:aa:00:01", NAME="lan0"',
    };
    expect(namedPorts(partition(named))).toHaveLength(1);
    expect(namedPorts(partition({ ...named, ...link }))).toEqual([]);
    expect(namedPorts(partition({ ...named, ...rule }))).toEqual([]);
  });

  it('are no trouble where the metal has a port of that name, unless it only counts', () => {
    const set = (name: string) => partition({ 'etc/network/interfaces': `iface ${name} inet dhcp` });
    expect(judge(set('enp2s0')).notes).toEqual([]);
    expect(judge(set('eth0'), { ports: ['eth0'] }).notes).toHaveLength(1);
  });

  it('can be kept by their MAC where there is one, and not where it is unknown which is meant', () => {
    const one = judge(partition({ 'etc/network/interfaces': 'iface enp0s4 inet dhcp' }));
    expect(one.fixes.map(fixSentence)).toEqual([
      'sda2: /etc/systemd/network/10-enp0s4.link, by which the port with the MAC 52:54:00:aa:00:01 is called enp0s4',
    ]);
    const two = judge(partition({ 'etc/network/interfaces': 'iface enp0s4 inet dhcp\niface enp0s5 inet dhcp' }));
    expect([two.notes.length, two.fixes.length]).toEqual([2, 0]);
    const hostile = judge(partition({ 'etc/network/interfaces': 'iface ../../x inet dhcp' }));
    expect(hostile.fixes).toEqual([]);
  });
});

describe('partitions that are named by where they are', () => {
  const fstab =
    '# comment\n/dev/nvme0n1p2 / ext4 defaults 0 1\nUUID=x /boot ext4 defaults 0 2\n/dev/mapper/vg-home /home ext4 defaults 0 2';

  it('are known by the number of the partition, with one disk alone', () => {
    const system = partition({ 'etc/fstab': fstab });
    const named = [{ file: 'etc/fstab', device: '/dev/nvme0n1p2', uuid: 'u-2' }];
    expect(namedDevices(system, [disk(system)])).toEqual(named);
    expect(namedDevices(system, [disk(system), disk()])).toEqual([{ ...named[0], uuid: null }]);
    expect(judge(system).fixes.map(({ op, values }) => [op, ...values])).toEqual([
      ['device', '/dev/nvme0n1p2', 'UUID=u-2'],
    ]);
  });

  it('are told of, and not changed, where they are encrypted or named by their path', () => {
    const system = partition({
      'etc/fstab': '/dev/disk/by-path/x / ext4 d 0 1',
      'etc/crypttab': 'home /dev/sda3 none luks',
    });
    const { notes, fixes } = judge(system);
    expect(notes.map((note) => note.split(',')[0])).toEqual([
      'sda2: etc/fstab names /dev/disk/by-path/x',
      'sda2: etc/crypttab names /dev/sda3',
    ]);
    expect(fixes).toEqual([]);
  });
});

describe('a serial console', () => {
  it.each([
    ['console=tty0 console=ttyS1,115200n8 quiet', 'ttyS1,115200n8'],
    ['console=ttyS0 console=ttyS1', 'ttyS1'],
    ['console=tty0', null],
    ['noconsole=ttyS0', null],
  ])('of %s is %s', (cmdline, found) => {
    expect(serialConsoleOf(cmdline)).toBe(found);
  });

  it('is told to be missing where the rescue has one, and can be added where a command line stands', () => {
    const system = partition({
      'etc/default/grub': 'GRUB_CMDLINE_LINUX=""',
      'boot/grub/grub.cfg': '\tlinux /vmlinuz root=x',
    });
    const cmdline = 'console=ttyS1,115200';
    expect(judge(system).notes).toEqual([]);
    const { notes, fixes } = judge(system, { cmdline });
    expect(notes).toEqual([expect.stringContaining('writes to no serial port; the rescue system’s is ttyS1,115200')]);
    expect(fixes.map(({ path, values }) => [path, ...values])).toEqual([
      ['etc/default/grub', 'console=tty0', 'console=ttyS1,115200'],
      ['boot/grub/grub.cfg', 'console=tty0', 'console=ttyS1,115200'],
    ]);
    expect(judge(partition({ 'etc/default/grub': 'GRUB_CMDLINE_LINUX="console=ttyS0"' }), { cmdline }).notes).toEqual(
      [],
    );
  });
});

it.each(['LVM2_member', 'crypto_LUKS', 'BitLocker', 'zfs_member', 'linux_raid_member'])(
  'says that %s is not looked into',
  (type) => {
    expect(judge(partition({}, { type, state: 'other' }))).toEqual({
      notes: [expect.stringMatching(/^sda2 (is|belongs) /)],
      fixes: [],
    });
  },
);

it('says which file systems did not open', () => {
  expect(judge(partition({}, { state: 'unreadable' })).notes).toEqual(['sda2 (ext4) could not be looked into']);
  expect(judge(partition({}, { type: '', state: 'other' })).notes).toEqual([]);
});

it('sends changes as arguments, and takes one without an answer for failed', () => {
  const [first] = judge(partition({ 'etc/network/interfaces': 'iface enp0s4 inet dhcp' })).fixes;
  if (!first) throw new Error('there is something to change');
  const command = fixFiles([first, first]);
  expect(command.argv.slice(3, 9)).toEqual(['sda2', 'ext4', 'link', first.path, ...first.values]);
  const stdout = `## xepa fixes\nwritten\tlink\n## xepa end\n`;
  expect(command.parse({ stdout, stderr: '', exitCode: 0 }).map(({ state }) => state)).toEqual(['written', 'failed']);
});

it('plans to write the loader by UEFI, and otherwise only what was asked for', () => {
  expect(plannedWrites('bios')).toEqual([]);
  expect(plannedWrites('uefi')).toEqual([expect.stringContaining('\\EFI\\BOOT\\BOOTX64.EFI')]);
  expect(plannedWrites('bios', ['fstab', 'serial'])).toHaveLength(2);
});
