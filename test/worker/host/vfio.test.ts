import { describe, expect, it } from 'vitest';
import { bindToVfio, driverPairs, giveBack, readDrivers } from '../../../worker/host/vfio.ts';

function printed(sections: Record<string, string[]>) {
  const lines = Object.entries(sections).flatMap(([name, rows]) => [`## xepa ${name}`, ...rows]);
  return { stdout: [...lines, '## xepa end', ''].join('\n'), stderr: '', exitCode: 0 };
}

const disk = '0000:02:00.0';
const nic = '0000:01:00.0';

describe('readDrivers', () => {
  it('tells a device without driver from one with, and the disks that there are', () => {
    const output = printed({ drivers: [`${disk}\tnvme`, `${nic}\t`], disks: ['nvme0n1\t/sys/devices/x/nvme0n1'] });
    expect(readDrivers([disk, nic]).parse(output)).toEqual({
      previous: [
        { address: disk, driver: 'nvme' },
        { address: nic, driver: null },
      ],
      disks: [{ name: 'nvme0n1', place: '/sys/devices/x/nvme0n1' }],
    });
  });
});

describe('bindToVfio', () => {
  it('passes addresses as arguments, never inside the script', () => {
    const command = bindToVfio([disk]);
    expect(command.argv).toEqual(['sh', '-s', '--', disk]);
    expect(command.stdin).not.toContain(disk);
  });

  it('names every device that did not end at vfio-pci', () => {
    const output = printed({ drivers: [`${disk}\tnvme`, `${nic}\tvfio-pci`] });
    expect(() => bindToVfio([disk, nic]).parse(output)).toThrow(
      expect.objectContaining({ code: 'device-unfit', userMessage: expect.stringContaining(`${disk} (nvme)`) }),
    );
  });
});

describe('giveBack', () => {
  const previous = [
    { address: disk, driver: 'nvme' },
    { address: nic, driver: null },
  ];

  it('asks for no driver where there was none, nor for vfio-pci', () => {
    expect(driverPairs([...previous, { address: 'x', driver: 'vfio-pci' }])).toEqual([`${disk}=nvme`, `${nic}=`, 'x=']);
  });

  it('is content when the kernel chose another driver than before', () => {
    const output = printed({ held: [], drivers: [`${disk}\tother`, `${nic}\t`] });
    expect(giveBack(previous).parse(output)).toHaveLength(2);
  });

  it('says that the VM has to end first where a process holds a device', () => {
    const output = printed({ held: [disk], drivers: [`${disk}\tvfio-pci`, `${nic}\t`] });
    expect(() => giveBack(previous).parse(output)).toThrow(expect.objectContaining({ code: 'vm-failed' }));
  });

  it('names a device that stays without its driver', () => {
    const output = printed({ held: [], drivers: [`${disk}\t`, `${nic}\t`] });
    expect(() => giveBack(previous).parse(output)).toThrow(
      expect.objectContaining({ code: 'device-unfit', userMessage: expect.stringContaining(disk) }),
    );
  });
});
