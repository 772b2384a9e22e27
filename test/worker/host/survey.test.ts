import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSurvey, survey, wantedTools } from '../../../worker/host/survey.ts';
import { countCpus } from '../../../worker/host/survey-processor.ts';

const debian = parseSurvey(fixture('debian-rescue'));
const hetzner = parseSurvey(fixture('hetzner-like'));
const equinix = parseSurvey(fixture('equinix-like'));

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/host/${name}.txt`, import.meta.url), 'utf8');
}

describe('survey', () => {
  it('is one round trip with a constant script', () => {
    const command = survey();
    expect(command.argv.slice(0, 3)).toEqual(['sh', '-s', '--']);
    expect(command.argv).toEqual(expect.arrayContaining([...wantedTools]));
  });

  it('waits for drivers only where it is told to, in fifths of a second', () => {
    expect([survey().argv[3], survey(1_000).argv[3]]).toEqual(['0', '5']);
  });

  it('reads what a real rescue system printed', () => {
    expect(debian).toMatchObject({
      firmware: 'bios',
      iommu: true,
      virtualization: 'svm',
      os: { id: 'debian', version: '12' },
      smbios: { product: 'Lab Server', serial: 'LAB00001' },
      ovmf: { code: '/usr/share/OVMF/OVMF_CODE_4M.fd' },
    });
    expect(debian.memoryAvailableBytes).toBeLessThan(debian.memoryTotalBytes);
    expect(debian.disks).toEqual([
      expect.objectContaining({
        name: 'nvme0n1',
        serial: 'XEPANVME01',
        pci: '0000:02:00.0',
        sizeBytes: 2 ** 31,
        mountpoints: [],
      }),
    ]);
    expect(debian.nics.map((nic) => [nic.name, nic.lifeline])).toEqual([
      ['eth0', true],
      ['eth1', false],
    ]);
  });

  it('trusts nothing in an answer that was cut short', () => {
    expect(() => parseSurvey(fixture('debian-rescue').slice(0, -20))).toThrow(
      expect.objectContaining({ code: 'host-command-failed', retry: 'backoff' }),
    );
  });
});

describe('network ports', () => {
  it('are known by their permanent MAC, not by the one of a bond', () => {
    expect(hetzner.nics.find((nic) => nic.name === 'eth0')).toMatchObject({
      mac: 'a8:a1:59:00:00:01',
      pci: '0000:24:00.0',
    });
    expect(equinix.nics.find((nic) => nic.name === 'eth1')?.mac).toBe('b8:59:9f:00:00:11');
  });

  it('are a lifeline below a bond and below a VLAN on it', () => {
    const lifelines = equinix.nics.filter((nic) => nic.lifeline).map((nic) => nic.name);
    expect(lifelines).toEqual(['bond0', 'eth0', 'eth1', 'vlan7']);
  });

  it('have no lifeline mark for the default route that the kernel keeps on lo', () => {
    expect(hetzner.nics.filter((nic) => nic.lifeline).map((nic) => nic.name)).toEqual(['bond0', 'eth0']);
  });

  it('are recognised by the address of our connection alone', () => {
    const text = fixture('equinix-like').replace(/^vlan7\t0{8}.*$/m, '');
    expect(parseSurvey(text).nics.find((nic) => nic.name === 'eth0')?.lifeline).toBe(true);
  });

  it('are recognised by an IPv6 default route alone', () => {
    const zeros = '0'.repeat(32);
    const route = `${zeros} 00 ${zeros} 00 fe80${'0'.repeat(27)}1 00000400 00000001 00000000 00000003     eth3`;
    const text = fixture('equinix-like').replace('## xepa routes6', `## xepa routes6\n${route}`);
    expect(parseSurvey(text).nics.find((nic) => nic.name === 'eth3')?.lifeline).toBe(true);
  });
});

describe('disks', () => {
  it('have a stable path where udev made one, and a trimmed serial', () => {
    expect(hetzner.disks[0]).toMatchObject({
      path: '/dev/disk/by-id/nvme-SAMSUNG_MZVLB512HBJQ-00000_S4GENX0N100001',
      serial: 'S4GENX0N100001',
      model: 'SAMSUNG MZVLB512HBJQ-00000',
      transport: 'nvme',
    });
    expect(equinix.disks[0]?.path).toBe('/dev/sda');
  });

  it('tell what is on them', () => {
    expect(hetzner.disks[0]?.contents).toMatchObject([
      { name: 'nvme0n1p1', type: 'vfat', label: 'EFI', sizeBytes: 268_435_456 },
      { name: 'nvme0n1p2', type: 'linux_raid_member', label: 'rescue:0', sizeBytes: 511_101_108_224 },
    ]);
    expect(hetzner.disks[1]?.contents).toEqual([]);
  });

  it('are in use where a volume on them is mounted', () => {
    expect(equinix.disks.map((disk) => disk.mountpoints)).toEqual([[], ['/mnt/data']]);
  });

  it('name what is built on them, mounted or not, also where it stands on something in between', () => {
    expect(equinix.disks.map((disk) => disk.holders)).toEqual([[], ['dm-0']]);
    expect(hetzner.disks.map((disk) => disk.holders)).toEqual([['md0'], [], []]);
    const text = fixture('hetzner-like').replace('md0\tmd0\t9:0\t998244352\t', 'md0\tmd0\t9:0\t998244352\tdm-3');
    expect(parseSurvey(text).disks[0]?.holders).toEqual(['md0', 'dm-3']);
  });

  it('have no controller to give away when they are plugged into USB', () => {
    expect(hetzner.disks[2]).toMatchObject({
      transport: 'usb',
      pci: null,
      model: 'AMI Virtual HDisk0',
      serial: 'AAAABBBB',
    });
  });

  it('take the serial from the identifier of the kernel where there is no other', () => {
    expect(equinix.disks[1]?.serial).toBe('BTYF00000002');
  });
});

describe('the machine', () => {
  it('is read whole', () => {
    expect(hetzner).toMatchObject({
      firmware: 'uefi',
      secureBoot: true,
      tpm: true,
      cpus: 16,
      cpuModel: 'AMD Ryzen 7 3700X 8-Core Processor',
    });
    expect(equinix).toMatchObject({ firmware: 'bios', secureBoot: false, virtualization: 'vmx', cpus: 16, ovmf: null });
  });

  it.each([
    ['0', 1],
    ['0-3', 4],
    ['0-1,4,6-7', 5],
    ['', 1],
  ])('counts processors of the list %j', (list, count) => {
    expect(countCpus(list)).toBe(count);
  });

  it('tells the groups in which firmware keeps memory, and whether there is vfio-pci', () => {
    expect(hetzner).toMatchObject({ reservedGroups: [], vfio: true });
    const text = fixture('hetzner-like').replace(
      '## xepa pci',
      '## xepa iommu-reserved\n14\n## xepa vfio\nno\n## xepa pci',
    );
    expect(parseSurvey(text)).toMatchObject({ reservedGroups: [14], vfio: false });
    expect(parseSurvey(text.replace('vfio\nno', 'vfio\nunknown')).vfio).toBe(true);
  });

  it('has no usable IOMMU without groups', () => {
    const text = fixture('equinix-like').replace(/(## xepa iommu-groups\n)1\n2\n9\n/, '$1');
    expect(parseSurvey(text).iommu).toBe(false);
  });
});
