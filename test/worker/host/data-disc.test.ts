import { describe, expect, test } from 'vitest';
import { answerDisc } from '../../../worker/host/answer-disc.ts';
import { cpioArchive } from '../../../worker/host/cpio.ts';
import { dataDisc } from '../../../worker/host/data-disc.ts';
import { isoEntries, isoRoot } from '../../../worker/host/iso-directory.ts';
import { udevName } from '../../../worker/host/udev-name.ts';

const content = (text: string) => new TextEncoder().encode(text);

describe('a data disc', () => {
  test('is the same for the same files, and whole sectors long', () => {
    const disc = { label: 'CIDATA', files: [{ name: 'user-data', content: content('a') }] };
    expect(dataDisc(disc)).toEqual(dataDisc(disc));
    expect(dataDisc(disc).length % 2048).toBe(0);
  });

  test('is read by our own reader of ISOs: plain names where there are any', () => {
    const image = dataDisc({
      label: 'X',
      files: [
        { name: 'ks.cfg', content: content('text\n') },
        { name: 'empty-file', content: content('') },
        { name: 'a long name', content: content('x'.repeat(5000)) },
      ],
    });
    const root = isoRoot(image.subarray(16 * 2048, 17 * 2048));
    const entries = isoEntries(image.subarray(root.at * 2048, root.at * 2048 + root.size));
    expect(entries.map(({ name, size }) => [name, size])).toEqual([
      ['FILE1', 0],
      ['FILE2', 5000],
      ['KS.CFG', 5],
    ]);
    const [, , ks] = entries;
    expect(
      image
        .subarray((ks?.at ?? 0) * 2048)
        .subarray(0, 5)
        .toString(),
    ).toBe('text\n');
  });

  test('holds no more files than its directory lists', () => {
    const files = Array.from({ length: 60 }, (_, index) => ({ name: `file-${index}`, content: content('') }));
    expect(() => dataDisc({ label: 'X', files })).toThrow(/one sector/);
  });

  test.each([
    ['autoinstall', 'CIDATA'],
    ['kickstart', 'OEMDRV'],
    ['windows', 'UNATTEND'],
  ] as const)('with an answer of %s has the label %s', (kind, label) => {
    const image = answerDisc(kind, [{ name: 'user-data', text: 'ä' }]);
    expect(
      image
        .subarray(16 * 2048 + 40, 16 * 2048 + 72)
        .toString('latin1')
        .trim(),
    ).toBe(label);
  });
});

test('an archive for an initrd begins and ends as the kernel wants it', () => {
  const archive = cpioArchive([{ name: 'preseed.cfg', content: content('d-i a/b string c\n') }]);
  expect(archive.subarray(0, 6).toString()).toBe('070701');
  expect(archive.length % 512).toBe(0);
  // Mode 0100600 and 17 bytes, in hexadecimal.
  expect(archive.subarray(14, 22).toString()).toBe('00008180');
  expect(archive.subarray(54, 62).toString()).toBe('00000011');
});

test('a disk is named as udev does, where the bus has a rule that is known', () => {
  const disk = { transport: 'sata', model: 'Samsung SSD  870', serial: 'S6/1 2' };
  expect(udevName(disk)).toBe('/dev/disk/by-id/ata-Samsung_SSD_870_S6_1_2');
  expect(udevName({ ...disk, transport: 'nvme' })).toBe('/dev/disk/by-id/nvme-Samsung_SSD_870_S6_1_2');
  expect(udevName({ ...disk, transport: 'scsi' })).toBeNull();
  expect(udevName({ ...disk, serial: '' })).toBeNull();
});
