import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parsePartitionTable, partitionTypes } from '../../../worker/host/partition-table.ts';
import { packedBytes } from '../../support/packed.ts';

const linux = '0fc63daf-8483-4772-8e79-3d69d8477de4';

it('reads a GPT that sgdisk made, with the boot code of GRUB', () => {
  expect(parsePartitionTable(packedBytes('disks/gpt-grub.txt'), 512)).toEqual({
    scheme: 'gpt',
    bootCode: 'grub',
    partitions: [
      { number: 1, type: partitionTypes.esp, active: false },
      { number: 2, type: partitionTypes.biosBoot, active: false },
      { number: 3, type: linux, active: true },
    ],
  });
});

it('reads an MBR that sfdisk made, with the boot code of syslinux', () => {
  expect(parsePartitionTable(packedBytes('disks/mbr-syslinux.txt'), 512)).toEqual({
    scheme: 'mbr',
    bootCode: 'other',
    partitions: [
      { number: 1, type: '83', active: true },
      { number: 2, type: '05', active: false },
    ],
  });
});

it('finds the GPT of a disk with sectors of 4096 bytes, and not where it would be with smaller ones', () => {
  const head = packedBytes('disks/gpt-4096.txt');
  const { scheme, partitions } = parsePartitionTable(head, 4_096);
  expect([scheme, partitions.map(({ type }) => type)]).toEqual([
    'gpt',
    [partitionTypes.esp, partitionTypes.freebsdBoot],
  ]);
  expect(parsePartitionTable(head, 512).scheme).toBe('none');
});

it('takes a file system without a table for what it is, and a blank disk for nothing', () => {
  expect(parsePartitionTable(packedBytes('disks/fat-without-table.txt'), 512)).toMatchObject({
    scheme: 'none',
    partitions: [],
  });
  const nothing = { scheme: 'none', bootCode: 'none', partitions: [] };
  expect(parsePartitionTable(Buffer.alloc(24_576), 512)).toEqual(nothing);
  expect(parsePartitionTable(Buffer.alloc(0), 512)).toEqual(nothing);
});

it('does not take code without the signature for boot code: no BIOS starts it', () => {
  const head = Buffer.from(packedBytes('disks/mbr-syslinux.txt'));
  head.writeUInt16LE(0, 510);
  expect(parsePartitionTable(head, 512)).toEqual({ scheme: 'none', bootCode: 'none', partitions: [] });
});

it('survives a table in which anything is broken', () => {
  const head = packedBytes('disks/gpt-grub.txt');
  const changes = fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(changes, fc.nat(24_576), (bytes, length) => {
      const broken = Buffer.from(head.subarray(0, length));
      for (const [at, byte] of bytes) if (at < broken.length) broken[at] = byte;
      expect(parsePartitionTable(broken, 512).partitions.length).toBeLessThanOrEqual(128);
    }),
    { numRuns: 300 },
  );
});
