import { expect, it } from 'vitest';
import { Disk, Nic } from '../../../core/contracts/survey.ts';
import { lateFindings, lostHardware } from '../../../worker/host/kexec-lost.ts';
import { aSurvey } from '../../support/a-survey.ts';

const disk = (serial: string, given: object = {}) =>
  Disk.parse({
    ...{
      name: 'sda',
      path: '/dev/sda',
      serial,
      model: 'PM9A3',
      sizeBytes: 1.92e12,
      transport: 'nvme',
      pci: '0000:02:00.0',
    },
    ...{ logicalSectorBytes: 512, physicalSectorBytes: 512, mountpoints: [], contents: [], ...given },
  });
const nic = (mac: string, pci: string | null = '0000:01:00.0') =>
  Nic.parse({ name: 'eth0', mac, pci, driver: 'ixgbe', carrier: true, addresses: [], lifeline: false });

const before = aSurvey({
  firmware: 'uefi',
  disks: [
    disk('A'),
    disk('B'),
    disk('', { name: 'sdc' }),
    disk('virtual', { transport: 'usb' }),
    disk('loop', { pci: null }),
  ],
  nics: [nic('02:00:00:00:00:01'), nic('02:00:00:00:00:02', null)],
});

it('nothing is missing where all of it has come again, in another order and by other names', () => {
  const disks = [disk('B', { name: 'sdx', path: '/dev/sdx' }), disk('A'), disk('new')];
  expect(lostHardware(before, { ...before, disks, nics: [nic('02:00:00:00:00:01', '0000:09:00.0')] })).toEqual([]);
});

it('what is missing is named: firmware, disks and ports', () => {
  expect(lostHardware(before, { firmware: 'bios', disks: [disk('A')], nics: [] })).toEqual([
    'its UEFI firmware',
    'PM9A3, serial B, 1.9 TB',
    'eth0 (02:00:00:00:00:01)',
  ]);
});

it('firmware that shows itself only now is no loss', () => {
  expect(lostHardware(aSurvey({ firmware: 'bios' }), aSurvey({ firmware: 'uefi' }))).toEqual([]);
});

it('boot entries are waited for where they were there before, and are no loss', () => {
  const menu = { entries: [], current: '' };
  const [told, untold] = [aSurvey({ bootMenu: menu }), aSurvey({ bootMenu: null })];
  expect(lateFindings(told, untold)).toEqual(["its firmware's boot entries"]);
  expect(lateFindings(told, told)).toEqual([]);
  expect(lateFindings(untold, untold)).toEqual([]);
  expect(lostHardware(told, untold)).toEqual([]);
});
