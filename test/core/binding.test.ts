import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bindingDigest, differences } from '../../core/binding.ts';
import type { Binding } from '../../core/contracts/approval.ts';
import { DiskRung, NicRung } from '../../core/contracts/ladder.ts';

type InstallBinding = Binding & { iso: NonNullable<Binding['iso']> };

const known: InstallBinding = {
  device: 'lab/m1',
  serial: 'SN-1',
  disks: ['D1', 'D2'],
  iso: { url: 'https://example.org/a.iso', sha256: 'aa' },
  rungs: { disk: 'passthrough', nic: 'emulated' },
  answer: 'bb',
};
const unsure = { disk: null, nic: null };
const unknown: InstallBinding = {
  ...known,
  rungs: unsure,
  serial: null,
  disks: null,
  iso: { ...known.iso, sha256: null },
  answer: null,
};
const lax = { knownDisks: false };
const strict = { knownDisks: true };

const text = fc.string({ minLength: 1, maxLength: 6 });
const bindings = fc.record<InstallBinding>({
  device: text,
  serial: fc.option(text),
  disks: fc.option(fc.uniqueArray(text, { maxLength: 3 })),
  rungs: fc.record({
    disk: fc.option(fc.constantFrom(...DiskRung.options)),
    nic: fc.option(fc.constantFrom(...NicRung.options)),
  }),
  iso: fc.record({ url: text, sha256: fc.option(text) }),
  answer: fc.option(text),
});

const parts = ['device', 'serial', 'disks', 'url', 'sha256', 'answer', 'disk', 'nic'] as const;

/** One known part of a binding, and another value for it. */
const changes = fc.tuple(bindings, bindings, fc.constantFrom(...parts));

function withPart(to: InstallBinding, from: InstallBinding, part: string): InstallBinding {
  if (part === 'url') return { ...to, iso: { ...to.iso, url: from.iso.url } };
  if (part === 'sha256') return { ...to, iso: { ...to.iso, sha256: from.iso.sha256 } };
  if (part === 'disk' || part === 'nic')
    return { ...to, rungs: { ...unsure, ...to.rungs, [part]: from.rungs?.[part] } };
  return { ...to, [part]: from[part as 'device'] };
}

function partOf(binding: InstallBinding, part: string): unknown {
  if (part === 'disk' || part === 'nic') return binding.rungs?.[part] ?? null;
  if (part === 'disks') return binding.disks?.toSorted() ?? null;
  return part === 'url' || part === 'sha256' ? binding.iso[part] : binding[part as 'device'];
}

describe('a binding', () => {
  test('changes its digest and is told apart by any change of what was known', () => {
    fc.assert(
      fc.property(changes, fc.boolean(), ([approved, other, part], knownDisks) => {
        const found = withPart(approved, other, part);
        const was = partOf(approved, part);
        fc.pre(was !== null && JSON.stringify(was) !== JSON.stringify(partOf(other, part)));
        expect(bindingDigest(found)).not.toBe(bindingDigest(approved));
        expect(differences(approved, found, { knownDisks }).length).toBeGreaterThan(0);
      }),
    );
  });

  test('differs from nothing that has the same digest, where its disks are known', () => {
    fc.assert(
      fc.property(bindings, bindings, (approved, found) => {
        const same = bindingDigest(approved) === bindingDigest(found);
        if (same && approved.disks) expect(differences(approved, found, strict)).toEqual([]);
        if (same) expect(differences(approved, found, lax)).toEqual([]);
        if (differences(approved, found, lax).length > 0) expect(same).toBe(false);
      }),
    );
  });

  test('is the same whatever the order of its disks and of its keys', () => {
    const rungs = { nic: 'emulated' as const, disk: 'passthrough' as const };
    const turned = {
      answer: 'bb',
      iso: { sha256: 'aa', url: known.iso.url },
      disks: ['D2', 'D1'],
      serial: 'SN-1',
      rungs,
    };
    expect(bindingDigest({ ...turned, device: 'lab/m1' })).toBe(bindingDigest(known));
    expect(differences(known, { ...turned, device: 'lab/m1' }, strict)).toEqual([]);
  });
});

describe('a console', () => {
  const iso = null;
  const looks = { ...known, iso, console: { snapshot: true } };

  test('is not approved as an install, nor a snapshot as a console that writes', () => {
    const writes = { ...known, iso, console: { snapshot: false } };
    expect(new Set([known, looks, writes].map(bindingDigest)).size).toBe(3);
    expect(differences(looks, looks, strict)).toEqual([]);
    expect(differences(looks, writes, lax)).toEqual([
      'Whether the disk is only read was yes when it was approved, and is no now.',
    ]);
  });

  test('is of the disks and rungs that were approved', () => {
    expect(differences(looks, { ...looks, disks: ['D9'] }, lax)).toHaveLength(1);
  });
});

describe('differences', () => {
  test('names what was approved and what is there, all at once', () => {
    const found = { ...known, serial: 'SN-2', disks: ['D1'], answer: null };
    expect(differences(known, found, lax)).toEqual([
      'The serial number of the machine was SN-1 when it was approved, and is SN-2 now.',
      'The list of disks was D1, D2 when it was approved, and is D1 now.',
      'The SHA-256 of the answer file was bb when it was approved, and is none now.',
    ]);
  });

  test('does not mind what becomes known later', () => {
    expect(differences(unknown, { ...known, answer: null }, lax)).toEqual([]);
  });

  test('minds it where known disks are demanded', () => {
    expect(differences(unknown, { ...known, answer: null }, strict)).toEqual([
      'The disks were not known when it was approved.',
      'The serial number of the machine was not known when it was approved, and is SN-1 now.',
      'The way of the disk into the virtual machine was not known when it was approved, and is passthrough now.',
    ]);
    expect(differences({ ...known, disks: null }, { ...known, disks: null }, strict)).toHaveLength(1);
    expect(differences({ ...known, serial: null }, { ...known, serial: null }, strict)).toEqual([]);
  });

  test('minds an answer file that turns up, and what cannot be read any more', () => {
    expect(differences({ ...known, answer: null }, known, lax)).toHaveLength(1);
    expect(differences(known, { ...known, disks: null, serial: null }, lax)).toHaveLength(2);
  });

  test('names each rung that changed', () => {
    const found = { ...known, rungs: { disk: 'raw-block' as const, nic: 'passthrough' as const } };
    expect(differences(known, found, lax)).toEqual([
      'The way of the disk into the virtual machine was passthrough when it was approved, and is raw-block now.',
      'The way of the network port into the virtual machine was emulated when it was approved, and is passthrough now.',
    ]);
  });

  test('takes an approval from before rungs were bound as one that did not know them', () => {
    const { rungs: _none, ...old } = known;
    expect(differences(old, known, lax)).toEqual([]);
    expect(differences(old, known, strict)).toEqual([expect.stringContaining('and is passthrough now')]);
    expect(bindingDigest(old)).not.toBe(bindingDigest(known));
  });

  test('is not fooled by a disk whose serial looks like a list', () => {
    expect(differences({ ...known, disks: ['D1, D2'] }, known, lax)).toHaveLength(1);
  });
});
