import { describe, expect, it } from 'vitest';
import { driveOf } from '../../web-console/drive.ts';
import { machineView } from '../../web-console/machine-view.ts';
import { powerOf } from '../../web-console/power.ts';
import { anInstallAt } from '../support/an-install.ts';

const path = '/var/lib/xepa/xe-7f3kq2.iso';
const media = { path, bytes: 1, sha256: 'ab', label: 'DEBIAN', boots: ['bios' as const] };
const record = anInstallAt('attend', { facts: { media } });
const cd = { device: 'cdrom0', qdev: 'cd', locked: false, removable: true, tray_open: false };

describe('the drive in QEMU’s answer', () => {
  it.each([
    ['a disc', [{ ...cd, inserted: { file: path } }], { trayOpen: false, held: false, file: path }],
    ['an open tray', [{ ...cd, tray_open: true }], { trayOpen: true, held: false, file: null }],
    ['a held disc', [{ ...cd, locked: true, inserted: { file: path } }], { trayOpen: false, held: true, file: path }],
    [
      'a drive named by its place',
      [{ ...cd, qdev: '/machine/peripheral/cd' }],
      { trayOpen: false, held: false, file: null },
    ],
    ['no CD drive', [{ device: 'pflash0', locked: false, removable: false }], null],
  ])('is found with %s', (_what, answer, drive) => {
    expect(driveOf([{ device: 'other', qdev: 'cd1', locked: true }, ...answer])).toEqual(drive);
  });
});

describe('what the page is told of the VM', () => {
  const drive = { trayOpen: false, held: false, file: path };

  it('is names, and no path of the server', () => {
    const view = machineView(record, { power: 'running', drive });
    expect(view).toEqual({
      power: 'running',
      drive: { trayOpen: false, held: false, disc: 'debian-13' },
      discs: [{ id: 'own', name: 'debian-13', inDrive: true }],
    });
    expect(JSON.stringify(view)).not.toContain('/var/lib');
  });

  it.each([
    ['an empty drive', null, null],
    ['a disc that nobody here put in', '/tmp/else.iso', 'another disc'],
  ])('tells %s', (_what, file, disc) => {
    const view = machineView(record, { power: 'running', drive: { ...drive, file } });
    expect(view.drive?.disc).toBe(disc);
    expect(view.discs[0]?.inDrive).toBe(false);
  });
});

it.each([
  ['running', 'running'],
  ['paused', 'paused'],
  ['io-error', 'paused'],
  ['shutdown', 'off'],
  ['prelaunch', 'off'],
])('a VM that is %s is %s to people', (status, power) => {
  expect(powerOf(status)).toBe(power);
});
