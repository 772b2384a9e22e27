import { describe, expect, it } from 'vitest';
import { bootMismatch, parseIsoHead } from '../../../worker/host/iso-head.ts';

function descriptors(options: { label?: string; iso?: boolean; elTorito?: boolean } = {}): Buffer {
  const bytes = Buffer.alloc(4096);
  if (options.iso !== false) bytes.write('\x01CD001\x01', 0, 'latin1');
  bytes.write((options.label ?? 'DEBIAN_13').padEnd(32), 40, 'latin1');
  bytes.write('\x00CD001\x01', 2048, 'latin1');
  if (options.elTorito !== false) bytes.write('EL TORITO SPECIFICATION', 2048 + 7, 'latin1');
  return bytes;
}

/** Entries are [position, bytes]; the validation entry is always there. */
function catalogue(...entries: [number, number[]][]): Buffer {
  const bytes = Buffer.alloc(2048);
  bytes.set([1, 0], 0);
  bytes.set([0x55, 0xaa], 30);
  for (const [at, values] of entries) bytes.set(values, at);
  return bytes;
}

describe('parseIsoHead', () => {
  it('finds BIOS and UEFI in a hybrid image', () => {
    const boot = catalogue([32, [0x88]], [64, [0x91, 0xef, 1, 0]], [96, [0x88]]);
    expect(parseIsoHead(descriptors(), boot)).toEqual({ label: 'DEBIAN_13', boots: ['bios', 'uefi'] });
  });

  it('walks over sections with several entries', () => {
    const boot = catalogue(
      [32, [0]],
      [64, [0x90, 0, 2, 0]],
      [96, [0]],
      [128, [0]],
      [160, [0x91, 0xef, 1, 0]],
      [192, [0x88]],
    );
    expect(parseIsoHead(descriptors(), boot)).toMatchObject({ boots: ['uefi'] });
  });

  it('reads a UEFI-only image, whose first entry is of that platform', () => {
    const boot = catalogue([1, [0xef]], [32, [0x88]]);
    expect(parseIsoHead(descriptors(), boot)).toMatchObject({ boots: ['uefi'] });
  });

  it.each<[string, string, string, boolean]>([
    ['by its publisher', 'MICROSOFT CORPORATION', 'SERVER_EVAL', true],
    ["by the label of Microsoft's tools", '', 'CCCOMA_X64FRE_EN-US_DV9', true],
    ['not by a word inside', 'NOT MICROSOFT', 'UBUNTU_X64', false],
  ])('knows Windows %s', (_how, publisher, label, windows) => {
    const head = descriptors({ label });
    head.write(publisher, 318, 'latin1');
    const found = parseIsoHead(head, catalogue([32, [0x88]]));
    expect('windows' in found && found.windows === true).toBe(windows);
  });

  it.each<[string, Buffer, Buffer, RegExp]>([
    ['a web page', Buffer.from('<html>'.repeat(900)), Buffer.alloc(0), /not an ISO/],
    ['an empty file', Buffer.alloc(0), Buffer.alloc(0), /not an ISO/],
    ['a data disc', descriptors({ elTorito: false }), Buffer.alloc(0), /not bootable/],
    ['a truncated image', descriptors(), Buffer.alloc(0), /damaged/],
    ['an image for another platform', descriptors(), catalogue([1, [2]], [32, [0x88]]), /neither BIOS nor UEFI/],
  ])('says in a sentence what is wrong with %s', (_what, head, boot, reason) => {
    expect(parseIsoHead(head, boot)).toEqual({ unusable: expect.stringMatching(reason) });
  });
});

describe('bootMismatch', () => {
  it('is silent where the ISO fits the firmware', () => {
    expect(bootMismatch(['bios', 'uefi'], 'uefi')).toBeNull();
  });

  it('says which way the ISO boots and which the server', () => {
    expect(bootMismatch(['bios'], 'uefi')).toMatch(/only by BIOS.*started by UEFI/);
    expect(bootMismatch(['uefi'], 'bios')).toMatch(/only by UEFI.*started by BIOS/);
  });
});
