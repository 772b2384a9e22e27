import { expect, it } from 'vitest';
import { providerTable } from '../../bin/docs/provider-table.ts';
import { adapters } from '../../worker/providers/index.ts';

const lines = providerTable()
  .split('\n')
  .map((line) => line.split(' | '));

it('has a column for each adapter and something in every cell', () => {
  expect(lines[0]?.join()).toContain(adapters.map(({ about }) => `\`${about.id}\``).join());
  for (const line of lines.toSpliced(1, 1)) expect(line, line[0]).toHaveLength(adapters.length + 1);
  expect(providerTable()).not.toMatch(/undefined|\|\s*\|$/m);
});

it('has a row for whatever an adapter declares', () => {
  for (const name of Object.keys(adapters[0]?.about.capabilities ?? {})) {
    expect(
      lines.filter(([title]) => title?.includes(`(\`${name}\`)`)),
      name,
    ).toHaveLength(1);
  }
});

it('says that nothing was run against a live service', () => {
  const [, ...cells] = lines.find(([title]) => title?.includes('live service')) ?? [];
  expect(new Set(cells.map((cell) => cell.replace(' |', '')))).toEqual(new Set(['never']));
});
