import { describe, expect, it } from 'vitest';
import { judgeBootable, tableInWords } from '../../../worker/host/bootable.ts';
import { type Installed, readInstalled } from '../../../worker/host/installed.ts';
import { packedText } from '../../support/packed.ts';

function parse(...lines: string[]): Installed {
  const stdout = [...lines, '## xepa end', ''].join('\n');
  return readInstalled({ places: [], disks: 0 }, null).parse({ stdout, stderr: '', exitCode: 0 });
}

const disk = (head: string, ...partitions: string[]) =>
  parse(
    '## xepa disk sda',
    '512',
    '## xepa head sda',
    packedText(`disks/${head}.txt`),
    '## xepa partitions sda',
    ...partitions,
  );
const part = (name: string, type: string, state: string) =>
  `=${name}\t${name.slice(-1)}\t2048\t${type}\t${state}\t/dev/${name}: UUID="u-${name}" TYPE="${type}"`;
const fat = part('sda1', 'vfat', 'read');
const loader = (path: string) => `+sda1\t${path}`;

it('asks for the variables, how many disks there are, and the places; for no variables where the VM had no UEFI', () => {
  const controller = { places: ['0000:02:00.0'], disks: 2 };
  expect(readInstalled(controller, '/run/xepa/x/vars.fd').argv.slice(3)).toEqual([
    ...['/run/xepa/x/vars.fd', '2', '0000:02:00.0'],
  ]);
  expect(readInstalled({ places: ['/dev/sda'], disks: 1 }, null).argv.slice(3)).toEqual(['', '1', '/dev/sda']);
});

it('keeps apart what is on which partition, and takes a line of a file for nothing else', () => {
  const found = disk(
    'gpt-grub',
    fat,
    loader('/EFI/debian/grub.cfg'),
    part('sda3', 'ext4', 'read'),
    '>sda3\tetc/fstab',
    '|=sda9 / ext4',
    '|## xepa end',
  );
  expect(found.disks[0]?.partitions).toEqual([
    {
      name: 'sda1',
      number: 1,
      type: 'vfat',
      uuid: 'u-sda1',
      state: 'read',
      loaders: ['/EFI/debian/grub.cfg'],
      files: new Map(),
    },
    {
      name: 'sda3',
      number: 3,
      type: 'ext4',
      uuid: 'u-sda3',
      state: 'read',
      loaders: [],
      files: new Map([['etc/fstab', ['=sda9 / ext4', '## xepa end']]]),
    },
  ]);
});

it('reads the boot entries of the VM, and takes what is no variable store for none', () => {
  expect(parse('## xepa nvram', packedText('firmware/ovmf-vars-4m.txt')).entries[0]?.description).toBe('debian');
  expect(parse('## xepa nvram', 'AAAA').entries).toEqual([]);
});

describe('whether firmware would start something', () => {
  const verdict = (found: Installed, firmware: 'bios' | 'uefi') => judgeBootable(found, firmware).verdict;

  it('by BIOS: boot code that goes on to something', () => {
    expect(verdict(disk('gpt-grub'), 'bios')).toBe('yes');
    expect(verdict(disk('mbr-syslinux'), 'bios')).toBe('yes');
    expect(judgeBootable(disk('gpt-4096', fat, loader('/EFI/BOOT/BOOTX64.EFI')), 'bios')).toEqual({
      verdict: 'no',
      why: 'No boot code is on the disk: sda has no partition table; it has a UEFI loader, but this server starts by BIOS',
    });
  });

  it('by UEFI: a loader where it is looked for', () => {
    expect(verdict(disk('gpt-grub', fat, loader('/efi/boot/bootx64.efi')), 'uefi')).toBe('yes');
    expect(judgeBootable(disk('gpt-grub', fat), 'uefi').why).toBe(
      'No UEFI loader is on the disk: sda has a GPT with 3 partitions (vfat); it has boot code for a BIOS, but this server starts by UEFI',
    );
  });

  it.each([
    ['a loader that is not known', [fat, loader('/EFI/tools/shell.efi')]],
    ['a FAT partition that did not mount', [part('sda1', 'vfat', 'unreadable')]],
    ['an EFI partition on software RAID', [part('sda1', 'linux_raid_member', 'other')]],
  ])('is left open with %s', (_what, lines) => {
    expect(verdict(disk('gpt-grub', ...lines), 'uefi')).toBe('unsure');
  });

  it('is left open where no disk was there to be looked at', () => {
    expect(verdict(parse(), 'bios')).toBe('unsure');
    expect(verdict(parse(), 'uefi')).toBe('unsure');
  });
});

it('says in words what is on a disk', () => {
  expect(disk('mbr-syslinux', part('sda1', '', 'other')).disks.map(tableInWords)).toEqual([
    'sda has an MBR with 2 partitions (unknown)',
  ]);
});
