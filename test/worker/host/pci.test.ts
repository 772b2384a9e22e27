import { describe, expect, it } from 'vitest';
import { groupMembers, parsePci, pciOfPath } from '../../../worker/host/pci.ts';

describe('pciOfPath', () => {
  it('takes the last function on the way to a disk', () => {
    const path = '/sys/devices/pci0000:00/0000:00:01.1/0000:02:00.0/nvme/nvme0/nvme0n1';
    expect(pciOfPath(path)).toBe('0000:02:00.0');
  });

  it('takes the volume management device for what sits behind it', () => {
    const path = '/sys/devices/pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0/10000:e1:00.0/nvme/nvme0/nvme0n1';
    expect(pciOfPath(path)).toBe('0000:00:0e.0');
  });

  it('knows no controller for a USB stick, whose controller carries more than the stick', () => {
    const path = '/sys/devices/pci0000:00/0000:00:14.0/usb1/1-3/1-3:1.0/host6/target6:0:0/6:0:0:0/block/sdb';
    expect(pciOfPath(path)).toBeNull();
  });

  it('knows none for virtual devices', () => {
    expect(pciOfPath('/sys/devices/virtual/net/bond0')).toBeNull();
  });
});

describe('groupMembers', () => {
  const pci = parsePci([
    ['0000:00:1f.0', '0x060100', '0x8086', '0xA305', 'lpc', '9'],
    ['0000:00:1c.0', '0x060400', '0x8086', '0xa33c', 'pcieport', '9'],
    ['0000:00:1f.2', '0x010601', '0x8086', '0xa352', 'ahci', '9'],
    ['0000:03:00.0', '0x020000', '0x8086', '0x1533', '', ''],
  ]);

  it('leaves out PCI bridges and keeps every other function', () => {
    expect(groupMembers(pci, 9).map((device) => device.address)).toEqual(['0000:00:1f.0', '0000:00:1f.2']);
  });

  it('reads a device without driver and without group as null', () => {
    expect(pci[3]).toMatchObject({ driver: null, iommuGroup: null, vendor: '8086' });
  });
});
