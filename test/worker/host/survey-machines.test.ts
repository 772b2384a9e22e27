import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Survey } from '../../../core/contracts/survey.ts';
import { networkInWords } from '../../../worker/host/network-words.ts';
import { notTakenUp } from '../../../worker/host/settled.ts';
import { parseSurvey } from '../../../worker/host/survey.ts';
import { surveyInWords } from '../../../worker/host/survey-words.ts';

const load = (name: string): Survey =>
  parseSurvey(readFileSync(new URL(`../../fixtures/host/${name}.txt`, import.meta.url), 'utf8'));

const hetzner = load('hetzner-ax');
const dell = load('dell-perc');
const hpe = load('hpe-rmrr');
const ovh = load('ovh-on-link');
const vmd = load('vmd-xeon');
const supermicro = load('supermicro-bios');
const alpine = load('alpine-busybox');
const equinix = load('equinix-bond');

const pciOf = (survey: Survey, address: string) => survey.pci.find((one) => one.address === address);

describe('PCI functions', () => {
  it('tell how they can be reset, also where the kernel is too old to name the ways', () => {
    expect(pciOf(hetzner, '0000:01:00.0')?.resets).toEqual(['flr', 'bus']);
    expect(pciOf(hpe, '0000:03:00.0')?.resets).toEqual(['kernel']);
    expect(pciOf(supermicro, '0000:00:1f.2')?.resets).toEqual([]);
    expect(load('debian-rescue').pci[0]?.resets).toBeNull();
  });

  it('tell where they hang, which buses are behind them, and whether they bring a ROM', () => {
    expect(pciOf(hetzner, '0000:05:00.0')).toMatchObject({ parent: '0000:03:05.0', buses: null, optionRom: false });
    expect(pciOf(hetzner, '0000:02:00.0')?.buses).toEqual({ first: 3, last: 7 });
    expect(pciOf(hetzner, '0000:06:00.0')?.optionRom).toBe(true);
  });

  it('are physical or virtual ones', () => {
    expect(pciOf(equinix, '0000:41:00.0')?.virtualFunctions).toBe(1);
    expect(pciOf(equinix, '0000:41:00.2')?.physicalFunction).toBe('0000:41:00.0');
  });

  it('have an interrupt line where they use no messages', () => {
    expect(hpe.pci.filter(({ interruptLine }) => interruptLine === 16).map(({ address }) => address)).toEqual([
      '0000:01:00.0',
      '0000:01:00.4',
    ]);
    expect(pciOf(hpe, '0000:02:00.0')?.interruptLine).toBeNull();
  });

  it('behind a volume management device count as its own: nothing is waited for, and disks are on the device', () => {
    expect(notTakenUp(vmd)).toEqual([]);
    expect(vmd.disks.map(({ pci }) => pci)).toEqual(['0000:16:05.5', '0000:16:05.5', '0000:64:05.5']);
    expect(vmd.disks[0]?.through).toEqual(['10000:01:00.0', '10000:00:02.0', '0000:16:05.5']);
  });
});

describe('the network', () => {
  it('is told as it has to be entered: a gateway outside of its network is on-link', () => {
    expect(networkInWords(ovh)).toEqual([
      '203.0.113.77/32, gateway 100.64.0.1 (on-link: it is in none of these networks) on eth0 (a8:a1:59:11:00:01)',
      '2001:db8:41d0:77::1/128, gateway 2001:db8:41d0:ff:ff:ff:ff:ff (on-link: it is in none of these networks) on eth0 (a8:a1:59:11:00:01)',
      'name servers 213.186.33.99',
    ]);
  });

  it('has a gateway in its network, or a link-local one, without more words', () => {
    expect(networkInWords(hetzner)).toEqual([
      '198.51.100.20/26, gateway 198.51.100.1 on eth0 (a8:a1:59:00:00:01)',
      '2001:db8:1:2::2/64, gateway fe80::1 on eth0 (a8:a1:59:00:00:01)',
      'name servers 185.12.64.1, 185.12.64.2',
    ]);
  });

  it('says which addresses come by themselves', () => {
    expect(networkInWords(vmd)[0]).toBe(
      '192.0.2.66/28 (leased by DHCP), gateway 192.0.2.65 on ens1f0 (b8:3f:d2:00:00:01)',
    );
  });

  it('of a bond names its mode and its members by their own MAC', () => {
    expect(networkInWords(equinix)[0]).toBe(
      '192.0.2.3/31, 10.70.3.131/31, gateway 192.0.2.2 on the bond (802.3ad) of eth0 b8:59:9f:00:00:10 and eth1 b8:59:9f:00:00:11',
    );
    const vlan = equinix.nics.map((nic) =>
      nic.name === 'bond0.7' ? { ...nic, lifeline: true, networks: [aNetwork] } : nic,
    );
    expect(networkInWords({ ...equinix, nics: vlan }).at(-2)).toMatch(
      /^192\.0\.2\.130\/28 on VLAN 7 of the bond \(802\.3ad\)/,
    );
  });

  const aNetwork = { address: '192.0.2.130', prefix: 28, scope: 'global', dynamic: false };

  it('tells ports, speed, members and addresses apart', () => {
    expect(
      equinix.nics.map(({ name, kind, master, speedMbps, vlan }) => [name, kind, master, speedMbps, vlan]),
    ).toEqual([
      ['bond0', 'bond', null, 20_000, null],
      ['eth0', 'physical', 'bond0', 10_000, null],
      ['eth1', 'physical', 'bond0', 10_000, null],
      ['eth2', 'physical', null, 10_000, null],
      ['bond0.7', 'vlan', null, 20_000, 7],
    ]);
    expect(vmd.nics[0]?.networks).toEqual([{ address: '192.0.2.66', prefix: 28, scope: 'global', dynamic: true }]);
    expect(vmd.nameservers).toEqual(['192.0.2.2']);
  });

  it('keeps routes of people, and none that the kernel makes for itself', () => {
    expect(equinix.routes).toEqual([
      { family: 4, to: 'default', via: '192.0.2.2', nic: 'bond0', metric: 0 },
      { family: 4, to: '10.0.0.0/8', via: '10.70.3.130', nic: 'bond0', metric: 0 },
      { family: 4, to: '192.0.2.2/31', via: null, nic: 'bond0', metric: 0 },
      { family: 6, to: 'default', via: '2001:db8:7000::2', nic: 'bond0', metric: 1024 },
    ]);
  });

  it('has its lifeline below a bond, and never in a virtual function beside it', () => {
    expect(equinix.nics.filter(({ lifeline }) => lifeline).map(({ name }) => name)).toEqual(['bond0', 'eth0', 'eth1']);
  });

  it('has its lifeline on the physical function where a virtual one carries our connection', () => {
    const text = readFileSync(new URL('../../fixtures/host/equinix-bond.txt', import.meta.url), 'utf8')
      .replaceAll(/^bond0\t[0-9A-F]{8}\t.*$/gm, '')
      .replaceAll(/^.*\sbond0$/gm, '')
      .replaceAll(/: bond0 {4}inet6? /g, ': eth2    inet ')
      .replace('dev bond0', 'dev eth2');
    expect(
      parseSurvey(text)
        .nics.filter(({ lifeline }) => lifeline)
        .map(({ name }) => name),
    ).toEqual(['eth0', 'eth2']);
  });

  it('has every real port for a lifeline where only a tunnel or a switch in software can be told', () => {
    const text = readFileSync(new URL('../../fixtures/host/supermicro-bios.txt', import.meta.url), 'utf8')
      .replaceAll(/^eth0\t[0-9A-F]{8}\t.*$/gm, 'br-ex\t00000000\t016433C6\t0003\t0\t0\t0\t00000000\t0\t0\t0')
      .replace('2: eth0 ', '9: br-ex ')
      .replace('## xepa addresses', 'br-ex\t00:25:90:00:00:01\t\t\t\t1\t\tother\t\t1500\t\t\t\n## xepa addresses');
    expect(
      parseSurvey(text)
        .nics.filter(({ lifeline }) => lifeline)
        .map(({ name }) => name),
    ).toEqual(['eth0', 'eth1', 'br-ex']);
  });
});

describe('disks', () => {
  it('name the systems on them without mounting anything', () => {
    const systems = (survey: Survey) => survey.disks.map((disk) => disk.systems);
    expect(systems(hetzner)).toEqual([['Debian'], ['Linux']]);
    expect(systems(dell)).toEqual([['Rocky Linux']]);
    expect(systems(hpe)).toEqual([['VMware ESXi']]);
    expect(systems(ovh)).toEqual([['Windows with BitLocker'], []]);
    expect(systems(supermicro)).toEqual([['FreeBSD'], ['FreeBSD']]);
    expect(systems(alpine)).toEqual([['Linux']]);
  });

  it('tell encryption and volumes by their first bytes where blkid is small', () => {
    expect(alpine.disks[0]).toMatchObject({ table: 'mbr', rotational: false });
    expect(alpine.disks[0]?.contents.map(({ type, purpose }) => [type, purpose])).toEqual([
      ['ext4', 'Linux file system'],
      ['crypto_LUKS', 'Linux file system'],
      ['LVM2_member', 'Linux LVM'],
    ]);
    expect(ovh.disks[0]?.contents.map(({ type, purpose }) => [type, purpose])).toEqual([
      ['vfat', 'EFI system'],
      ['unknown', 'Microsoft reserved'],
      ['BitLocker', 'Microsoft basic data'],
      ['ntfs', 'Windows recovery'],
    ]);
  });

  it('know the arrays and volumes above, and their own world-wide name', () => {
    expect(hetzner.arrays[2]).toEqual({
      ...{ name: 'md2', level: 'raid1', state: 'read-auto', metadata: '', action: '', missing: 0 },
      ...{ disks: ['nvme0n1', 'nvme1n1'], above: [] },
    });
    expect(dell.volumes).toEqual([{ name: 'dm-0', kind: 'lvm', label: 'rl-root', disks: ['sda'], above: [] }]);
    expect([hetzner.disks[0]?.wwn, supermicro.disks[0]?.wwn]).toEqual(['eui.0025388b91000001', 'naa.50014ee200000001']);
    expect([supermicro.disks[0]?.rotational, hetzner.disks[0]?.rotational]).toEqual([true, false]);
  });

  it('are in use where an array has partitions of its own, and these are mounted or built on', () => {
    const survey = load('raid-partitions');
    const [array] = survey.arrays;
    expect(array).toMatchObject({ name: 'md0', above: ['dm-0'] });
    expect(survey.disks.map(({ holders, mountpoints }) => [holders, mountpoints])).toEqual([
      [['md0', 'dm-0'], ['/m']],
      [['md0', 'dm-0'], ['/m']],
    ]);
  });

  it('are in use by a pool that is imported, and by a file system over several of them', () => {
    expect(equinix.disks.map(({ mountpoints }) => mountpoints)).toEqual([
      ['ZFS pool tank'],
      ['/mnt/data'],
      ['btrfs 0b5c5e2f'],
    ]);
  });

  it('and the CD that rescue runs from hold what they hang on', () => {
    const text = readFileSync(new URL('../../fixtures/host/dell-perc.txt', import.meta.url), 'utf8').replace(
      '## xepa swaps',
      '41 1 11:0 / /run/initramfs/live ro - iso9660 /dev/sr0 ro\n## xepa swaps',
    );
    expect(parseSurvey(text).occupied).toEqual([
      { name: 'sr0', mountpoints: ['/run/initramfs/live'], through: ['0000:00:14.0'] },
    ]);
    expect(dell.occupied).toEqual([]);
  });
});

describe('the machine', () => {
  it('tells its boot entries in the order of the firmware', () => {
    expect(hetzner.bootMenu?.current).toBe('0001');
    expect(hetzner.bootMenu?.entries.map(({ id, name, boots, loader }) => [id, name, boots, loader])).toEqual([
      ['0001', 'UEFI: PXE IPv4 Intel(R) I210', 'network', ''],
      ['0000', 'debian', 'disk', '\\EFI\\debian\\shimx64.efi'],
      ['0003', 'UEFI OS', 'disk', '\\EFI\\BOOT\\BOOTX64.EFI'],
    ]);
    expect(hpe.bootMenu).toBeNull();
  });

  it('tells processors, memory of each node, TPM, tables and consoles', () => {
    expect(dell.processor).toMatchObject({ sockets: 2, cores: 16, addressBits: 46 });
    expect(dell.processor?.flags).toEqual(expect.arrayContaining(['vmx', 'ept', 'posted_intr', 'avx512f']));
    expect(dell.processor?.numa.map(({ node, cpus }) => [node, cpus])).toEqual([
      [0, '0-15,32-47'],
      [1, '16-31,48-63'],
    ]);
    expect([ovh.tpmVersion, hpe.tpmVersion, supermicro.tpm]).toEqual(['2', '1', false]);
    expect(ovh.acpiTables).toEqual(expect.arrayContaining(['DMAR', 'MSDM', 'TPM2']));
    expect(dell.serialPorts).toEqual([
      { name: 'ttyS0', port: '03f8', console: false, speed: null },
      { name: 'ttyS1', port: '02f8', console: true, speed: 115_200 },
    ]);
    expect(dell.board).toMatchObject({
      bios: { version: '2.19.1' },
      baseboard: { product: '0H28RR' },
      chassis: { type: '23' },
    });
    expect(dell.hugePages).toEqual({ bytes: 2 * 2 ** 20, total: 0, free: 0 });
  });

  it('tells the rescue system, its first process and its package manager', () => {
    expect(alpine.rescue).toEqual({ name: 'Alpine Linux v3.20', like: [], init: 'openrc', packageManager: 'apk' });
    expect(dell.rescue).toMatchObject({ like: ['rhel', 'centos', 'fedora'], init: 'systemd', packageManager: 'dnf' });
    expect(supermicro.rescue?.init).toBe('init');
  });

  it('is told in words, a line for each matter, without the serial of the machine', () => {
    const lines = surveyInWords(ovh);
    expect(lines.slice(0, 3)).toEqual([
      'Intel(R) Xeon(R) E-2386G CPU @ 3.50GHz, 12 processors, 67 GB of memory',
      'UEFI American Megatrends International, LLC. L2.10, Secure Boot off, TPM 2.0, IOMMU off, boots UEFI: IPv4 Intel X550, Windows Boot Manager',
      'Disk: SAMSUNG MZQL2960HCJR-00A07, serial S64GNX0T500001, 960 GB: Windows with BitLocker: EFI system (105 MB), Microsoft reserved (17 MB), BitLocker, encrypted (959 GB), ntfs Recovery (736 MB)',
    ]);
    expect(lines).toContain('Port: eth0 (a8:a1:59:11:00:01), ixgbe, link, 1 Gbit/s, carries our connection');
    expect(lines.join()).not.toContain('OVH0000123');
  });

  it('stays small enough for a record that is read often, and is read again as it was written', () => {
    for (const survey of [hetzner, dell, hpe, ovh, vmd, supermicro, alpine, equinix]) {
      expect(JSON.stringify(survey).length).toBeLessThan(10_000);
    }
  });
});
