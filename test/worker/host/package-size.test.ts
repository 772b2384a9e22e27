import { describe, expect, it } from 'vitest';
import { parseRoom, parseSize, roomObjection } from '../../../worker/host/package-size.ts';

describe('parseSize', () => {
  it.each([
    [
      'apt',
      'Need to get 35.1 MB of archives.\nAfter this operation, 159 MB of additional disk space will be used.',
      35.1e6,
      159e6,
    ],
    [
      'apt, some of it fetched',
      'Need to get 1024 B/35.1 MB of archives.\nAfter this operation, 1,159 kB of',
      1024,
      1_159e3,
    ],
    ['dnf', 'Total download size: 18 M\nInstalled size: 64 M\nOperation aborted.', 18 * 1024 ** 2, 64 * 1024 ** 2],
    [
      'zypper',
      'Overall download size: 22.5 MiB. Already cached: 0 B. After the operation, additional 1.5 GiB will be used.',
      22.5 * 1024 ** 2,
      1.5 * 1024 ** 3,
    ],
    [
      'zypper of 2023',
      'Package download size:    17.9 KiB\nPackage install size change:\n            |      64.5 KiB  required by packages that will be installed',
      17.9 * 1024,
      64.5 * 1024,
    ],
    [
      'pacman',
      'Total Download Size:    38.25 MiB\nTotal Installed Size:  220.50 MiB',
      38.25 * 1024 ** 2,
      220.5 * 1024 ** 2,
    ],
  ])('reads what %s says', (_who, text, download, installed) => {
    expect(parseSize(text)).toEqual({ download, installed });
  });

  it('is nothing where no size is named', () => {
    expect(parseSize('(1/2) Installing libfdt (1.7.0-r0)\nOK: 8 MiB in 15 packages')).toBeNull();
  });
});

describe('parseRoom', () => {
  const header = 'Filesystem     1024-blocks  Used Available Capacity Mounted on';

  it('takes the smallest of the file systems, and what memory is available', () => {
    const df = [header, 'tmpfs 2000 1000 1000 50% /', 'overlay 9000 8500 500 95% /var'];
    expect(parseRoom(df, 'MemAvailable:    4096 kB')).toEqual({ disk: 512_000, memory: 4_194_304 });
  });

  it('knows that the first file system of Linux has no size', () => {
    expect(parseRoom([header, 'none 0 0 0 - /'], '')).toEqual({ disk: null, memory: null });
  });
});

describe('roomObjection', () => {
  const size = { download: 50e6, installed: 200e6 };

  it('is content where memory and file system have room, or nobody can tell', () => {
    expect(roomObjection(size, { disk: 400e6, memory: 400e6 })).toBeNull();
    expect(roomObjection(size, { disk: null, memory: null })).toBeNull();
  });

  it('says which of them has too little, and how much it takes', () => {
    expect(roomObjection(size, { disk: 300e6, memory: 900e6 })).toMatch(
      /300 MB free on its file system.* takes 378 MB/,
    );
    expect(roomObjection(size, { disk: null, memory: 90e6 })).toMatch(/90 MB free of memory/);
  });

  it('assumes what QEMU usually takes where nothing is said', () => {
    expect(roomObjection(null, { disk: 500e6, memory: 900e6 })).toContain('578 MB');
  });
});
