import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readText } from './support/sources.ts';

/** A row of the ASVS table: its numbers, and the tests that prove it. */
const rows = readText('docs/security.md')
  .split('\n')
  .filter((line) => /^\| \d+\.\d+/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map((cells) => ({ numbers: cells[1] ?? '', proofs: [...(cells.at(-2) ?? '').matchAll(/`([^`]+)`/g)] }));

it('the table of security demands names tests that are there', () => {
  const named = rows.flatMap(({ proofs }) => proofs.map(([, name]) => name ?? ''));
  expect(named.length).toBeGreaterThan(50);
  const found = (name: string) => ['.test.ts', '.ts'].some((end) => existsSync(join(import.meta.dirname, name + end)));
  expect(named.filter((name) => !found(name))).toEqual([]);
});

it.each(['3', '4', '5', '6', '7', '8', '9', '11', '12', '13', '14', '16'])(
  'the table speaks of chapter %s',
  (chapter) => {
    expect(rows.filter(({ numbers }) => numbers.startsWith(`${chapter}.`)).length).toBeGreaterThan(2);
  },
);
