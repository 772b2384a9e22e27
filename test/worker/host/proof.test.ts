import { describe, expect, it } from 'vitest';
import { judgeProof, type Proof, readProof } from '../../../worker/host/proof.ts';

const rescue: Proof = {
  bootId: 'b-2',
  uptimeMs: 20_000,
  rootFsType: 'rootfs',
  cmdline: 'console=ttyS0 quiet',
  mounts: [
    { source: 'none', target: '/', type: 'rootfs' },
    { source: '/dev/loop0', target: '/media', type: 'squashfs' },
  ],
  swaps: ['/dev/zram0'],
};

describe('judgeProof', () => {
  it('finds nothing against a fresh system in memory', () => {
    expect(judgeProof(rescue, 'b-1')).toEqual([]);
    expect(judgeProof(rescue, undefined)).toEqual([]);
  });

  it.each<[string, Partial<Proof>, RegExp]>([
    ['the same boot id', { bootId: 'b-1' }, /not rebooted/],
    ['no boot id', { bootId: '' }, /boot id/],
    ['a root on disk', { rootFsType: 'ext4' }, /ext4/],
    [
      'a mounted partition',
      { mounts: [{ source: '/dev/nvme0n1p2', target: '/mnt', type: 'xfs' }] },
      /nvme0n1p2.*\/mnt/,
    ],
    ['a mounted logical volume', { mounts: [{ source: '/dev/mapper/vg-root', target: '/x', type: 'xfs' }] }, /vg-root/],
    ['swap on a disk', { swaps: ['/dev/sda3'] }, /sda3.*swap/],
    ['a root on the command line', { cmdline: 'ro root=UUID=12-34 quiet' }, /root=UUID=12-34/],
    ['a root device on the command line', { cmdline: 'root=/dev/md2 ro' }, /\/dev\/md2/],
  ])('gives a reason for %s', (_what, change, reason) => {
    const reasons = judgeProof({ ...rescue, ...change }, 'b-1');
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(reason);
  });

  it('tells all reasons at once', () => {
    const installed: Proof = {
      bootId: 'b-1',
      uptimeMs: null,
      rootFsType: 'ext4',
      cmdline: 'root=/dev/sda2',
      mounts: [{ source: '/dev/sda2', target: '/', type: 'ext4' }],
      swaps: ['/dev/sda3'],
    };
    expect(judgeProof(installed, 'b-1')).toHaveLength(5);
  });

  it('accepts a root in memory on the command line', () => {
    expect(judgeProof({ ...rescue, cmdline: 'root=/dev/ram0 rdinit=/init' }, 'b-1')).toEqual([]);
  });
});

describe('readProof', () => {
  const stdout = [
    '## xepa boot-id',
    '7a1d',
    '## xepa uptime',
    '20.50 61.07',
    '## xepa cmdline',
    'quiet',
    '## xepa mounts',
    '1 1 0:2 / / rw - rootfs none rw',
    '30 1 0:31 / / rw - overlay overlay rw,lowerdir=/a',
    '31 30 8:1 / /mnt/my\\040disk rw shared:1 - ext4 /dev/sda1 rw',
    '## xepa swaps',
    'Filename Type Size Used Priority',
    '/dev/sda2 partition 100 0 -2',
    '## xepa end',
  ].join('\n');

  it('takes the file system that was mounted over the root last', () => {
    expect(readProof().parse({ stdout, stderr: '', exitCode: 0 })).toMatchObject({
      bootId: '7a1d',
      uptimeMs: 20_500,
      rootFsType: 'overlay',
      swaps: ['/dev/sda2'],
    });
  });

  it('does without the time since the start where that is not told', () => {
    const without = stdout.replace('20.50 61.07', '');
    expect(readProof().parse({ stdout: without, stderr: '', exitCode: 0 }).uptimeMs).toBeNull();
  });

  it('reads blanks in mountpoints', () => {
    expect(readProof().parse({ stdout, stderr: '', exitCode: 0 }).mounts.at(-1)).toEqual({
      source: '/dev/sda1',
      target: '/mnt/my disk',
      type: 'ext4',
    });
  });

  it('trusts nothing in an answer that was cut short', () => {
    const cut = stdout.replace('## xepa end', '');
    expect(() => readProof().parse({ stdout: cut, stderr: '', exitCode: 0 })).toThrow(/ended early/);
  });
});
