import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cells, chosen, nameOf, sceneOf } from './cells.ts';
import { parseResults, type Result, withResults } from './document.ts';

const document = readFileSync(join(import.meta.dirname, '../../docs/matrix.md'), 'utf8');
const result: Result = {
  ...{ outcome: 'failed', seconds: 93, evidence: 'the disk went in by | `rm -rf` |\nraw-block' },
  ...{ versions: 'QEMU 7.2.22', day: '2026-11-27', commit: '9ce2fdf+' },
};

it('has a row in the document for every cell, and nothing that the next run would write otherwise', () => {
  const results = parseResults(document);
  expect([...results.keys()]).toEqual(cells().map(nameOf));
  expect(withResults(document, results)).toBe(document);
});

it('says of every row that was run what came out, with which versions, when, and of which commit', () => {
  for (const [cell, row] of parseResults(document)) {
    const empty = Object.values(row).filter((value) => value === '' || value === null);
    expect([cell, empty.length]).toEqual([cell, row.outcome === 'not run' ? 5 : 0]);
  }
});

it('changes the row of the cell that was run and no other, whatever a machine said', () => {
  const [first, second] = cells().map(nameOf);
  const before = parseResults(withResults(document, new Map([[first ?? '', { ...result, evidence: 'x' }]])));
  const after = parseResults(withResults(document, new Map(before).set(second ?? '', result)));
  expect(after.get(second ?? '')).toEqual({ ...result, evidence: 'the disk went in by rm -rf raw-block' });
  expect([...after].filter(([name]) => name !== second)).toEqual([...before].filter(([name]) => name !== second));
});

it('refuses a document without the table, and a row that it does not know', () => {
  expect(() => parseResults('# The matrix')).toThrow(/has no/);
  expect(() => parseResults(document.replace('| BIOS | NVMe |', '| BIOS | floppy |'))).toThrow(/not a row/);
});

it('takes a wish by the words of its axes', () => {
  expect(chosen('uefi,mini').map(nameOf)).toEqual([
    ...['uefi,nvme,passthrough,mini', 'uefi,nvme,raw-block,mini'],
    ...['uefi,ahci,passthrough,mini', 'uefi,ahci,raw-block,mini'],
  ]);
  expect(chosen('mini, debian,grub')).toHaveLength(cells().length);
  expect(chosen('bios,ahci,raw-block,grub').map(nameOf)).toEqual(['bios,ahci,raw-block,grub']);
  expect(() => chosen('uefi,floppy')).toThrow(/floppy is none of/);
});

it('names scenes of npm test that are there', () => {
  const named = cells()
    .flatMap((cell) => sceneOf(cell).split(', '))
    .filter((scene) => scene !== '');
  expect(named.length).toBeGreaterThan(3);
  for (const scene of named) {
    expect(readFileSync(join(import.meta.dirname, `../e2e/${scene}.test.ts`), 'utf8')).toContain('playScene');
  }
});
