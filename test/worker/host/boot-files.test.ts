import { describe, expect, it } from 'vitest';
import { bootsWithoutEntry, fixBootFiles } from '../../../worker/host/boot-files.ts';

function printed(...rows: string[]) {
  return { stdout: ['## xepa boot-files', ...rows, '## xepa end', ''].join('\n'), stderr: '', exitCode: 0 };
}

describe('fixBootFiles', () => {
  it('looks only at disks of the controllers it is given', () => {
    expect(fixBootFiles(['0000:02:00.0']).argv).toEqual(['sh', '-s', '--', '0000:02:00.0']);
  });

  it('looks at one disk alone where a path stands for it', () => {
    expect(fixBootFiles(['/dev/disk/by-id/x']).argv.at(-1)).toBe('/dev/disk/by-id/x');
  });

  it('tells what it found and did', () => {
    const files = fixBootFiles([]).parse(printed('nvme0n1p1\tcopied\t/EFI/debian/shimx64.efi', 'nvme0n1p2\tnone\t'));
    expect(files).toEqual([
      { partition: 'nvme0n1p1', state: 'copied', loader: '/EFI/debian/shimx64.efi' },
      { partition: 'nvme0n1p2', state: 'none', loader: '' },
    ]);
    expect(bootsWithoutEntry(files)).toBe(true);
  });

  it('does not call a disk bootable whose loader could not be written', () => {
    expect(bootsWithoutEntry(fixBootFiles([]).parse(printed('sda1\tfailed\t/EFI/arch/grubx64.efi')))).toBe(false);
    expect(bootsWithoutEntry([])).toBe(false);
  });
});
