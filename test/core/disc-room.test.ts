import { describe, expect, it } from 'vitest';
import { lookForRoom, promisedMb, roomBytes, tooLargeText } from '../../core/disc-room.ts';

const MiB = 1024 * 1024;
const at = { path: '/m/xe-1-other.iso', pidFile: '/run/xepa/xe-1/qemu.pid' };
const printed = (...lines: string[]) => ({ stdout: lines.join('\n'), stderr: '', exitCode: 0 });

describe('what a server says of its memory', () => {
  const { parse, argv } = lookForRoom(at);
  const whole = [
    '## space',
    'tmpfs 4000000 1000000 3000000 25% /',
    '## memory',
    'MemAvailable:    5000000 kB',
    '## vm',
    'VmRSS:\t  1000 kB',
    '## held',
    '700',
    '300',
    '## end',
    '',
  ];

  it('is read, with what makes room for the next one', () => {
    expect(parse(printed(...whole))).toEqual({
      freeBytes: 3_000_000 * 1024,
      availableBytes: 5_000_000 * 1024,
      vmBytes: 1_024_000,
      heldBytes: 1_000,
    });
    expect(argv.slice(-2)).toEqual([at.path, at.pidFile]);
  });

  it('is all of its memory on a file system without a limit, and nothing where the folder is not there', () => {
    const [name = '', , ...rest] = whole;
    expect(parse(printed(name, 'none 0 0 0 - /', ...rest)).freeBytes).toBe(5_000_000 * 1024);
    expect(parse(printed(name, '', ...rest)).freeBytes).toBe(0);
  });

  it('has no VM in it where the VM is gone', () => {
    expect(parse(printed(...whole.filter((line) => !line.startsWith('VmRSS')))).vmBytes).toBe(0);
  });

  it('is not believed in part', () => {
    expect(() => parse(printed(...whole.slice(0, 5)))).toThrow(/only in part/);
  });
});

describe('the room for another ISO', () => {
  const room = { freeBytes: 8_000 * MiB, availableBytes: 6_000 * MiB, vmBytes: 500 * MiB, heldBytes: 0 };

  it.each([
    ['leaves the VM what it may still take, and the rescue system some', room, 2_500, 6_000 - 2_000 - 96],
    ['has nothing to leave for a VM that has all of it', { ...room, vmBytes: 9_000 * MiB }, 2_500, 6_000 - 96],
    ['is no more than the folder has', { ...room, freeBytes: 1_000 * MiB }, 2_500, 1_000 - 96],
    ['has that of the ISO before', { ...room, heldBytes: 700 * MiB }, 2_500, 4_000 + 700 - 96],
    ['is never less than nothing', room, 9_000, 0],
  ])('%s', (_what, given, vmMb, megabytes) => {
    expect(roomBytes(given, vmMb)).toBe(megabytes * MiB);
  });

  it('is told in figures where it does not do', () => {
    expect(tooLargeText(100, 100)).toBeNull();
    expect(tooLargeText(6_200_000_000, 1_500_000_000)).toBe(
      "The file has 6.2 GB, but only 1.5 GB of the server's memory are free for it beside the VM.",
    );
  });
});

describe('what memory is promised to', () => {
  const media = { path: '/m/x.iso', bytes: 5 * MiB, sha256: '', label: '', boots: [] };
  const streamed = (verified: boolean) =>
    promisedMb({ media: { ...media, stream: { drive: 'nbd', verified, kept: true } } });

  it('includes an ISO that the VM runs from while it is still arriving, and no other', () => {
    expect([promisedMb({}), promisedMb({ media }), streamed(false), streamed(true)]).toEqual([0, 0, 5, 0]);
  });
});
