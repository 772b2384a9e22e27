import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bootEntries } from '../../../worker/host/nvram.ts';
import { packedBytes } from '../../support/packed.ts';

/** Written by OVMF itself, in whose shell `bcfg boot add 0 FS0:\EFI\debian\shimx64.efi "debian"` was typed. */
const storeOf = (name: string) => packedBytes(`firmware/${name}`);

it.each(['ovmf-vars-4m.txt', 'ovmf-vars-2m.txt'])('reads the boot entries of %s in their order', (name) => {
  const entries = bootEntries(storeOf(name));
  expect(entries.map(({ number, description }) => [number, description])).toEqual([
    [3, 'debian'],
    [0, 'UiApp'],
    [1, 'UEFI QEMU NVMe Ctrl X1 1'],
    [2, 'EFI Internal Shell'],
  ]);
  expect(entries[0]).toMatchObject({
    path: '/EFI/debian/shimx64.efi',
    partition: '11111111-2222-3333-4444-555555555555',
  });
  expect(entries[1]).toMatchObject({ path: null, partition: null });
});

it('finds nothing in what is no variable store', () => {
  for (const bytes of [0, 40, 300, 4_096]) expect(bootEntries(Buffer.alloc(bytes, 0x55))).toEqual([]);
});

it('survives a store in which anything is broken', () => {
  const store = storeOf('ovmf-vars-2m.txt').subarray(0, 16_384);
  const places = fc.array(fc.tuple(fc.nat(8_191), fc.nat(255)), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(places, fc.nat(16_384), (changes, length) => {
      const broken = Buffer.from(store.subarray(0, length));
      for (const [at, byte] of changes) if (at < broken.length) broken[at] = byte;
      expect(Array.isArray(bootEntries(broken))).toBe(true);
    }),
    { numRuns: 500 },
  );
});
