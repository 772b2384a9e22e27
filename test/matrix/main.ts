/**
 * Installs on every kind of server that the lab has, each cell through the product from the request to the metal's own line,
 * and writes what came of it to docs/matrix.md; rows of cells that were not run stay. Exit code 1 when a cell failed.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Cell, cells, chosen, nameOf } from './cells.ts';
import { parseResults, type Result, withResults } from './document.ts';
import { kinds } from './kinds.ts';
import { surroundings } from './surroundings.ts';

const usage = `npm run test:matrix [-- --only WORDS] [-- --list]
Every cell takes one to ten minutes. WORDS are bios, uefi, nvme, ahci, passthrough, raw-block, mini, debian, grub with
commas in between: \`--only uefi,mini\` runs four cells, \`--only bios,nvme,passthrough,mini\` one.`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const root = join(import.meta.dirname, '../..');
const file = join(root, 'docs/matrix.md');

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const wanted = values.only === undefined ? cells() : chosen(values.only);
if (values.help) console.log(usage);
else if (values.list) console.log(wanted.map(nameOf).join('\n'));
else process.exit((await runCells(wanted)) ? 0 : 1);

async function runCells(list: readonly Cell[]): Promise<boolean> {
  let good = true;
  for (const [index, cell] of list.entries()) {
    console.log(`== ${index + 1}/${list.length} ${nameOf(cell)}`);
    const result = await runCell(cell);
    // Read anew each time: a person may write to the document while a cell runs.
    const document = await readFile(file, 'utf8');
    await writeFile(file, withResults(document, new Map(parseResults(document)).set(nameOf(cell), result)));
    console.log(`== ${nameOf(cell)}: ${result.outcome} in ${result.seconds} s: ${result.evidence}`);
    good &&= result.outcome === 'installed';
  }
  return good;
}

async function runCell(cell: Cell): Promise<Result> {
  const kind = kinds[cell.iso];
  console.log(`   ${kind.title}`);
  const around = await surroundings();
  const began = performance.now();
  const end = await kind.play(cell).then(
    (evidence) => ({ outcome: 'installed' as const, evidence }),
    (error: unknown) => {
      console.error(error);
      const why = error instanceof Error ? error.message : String(error);
      // The document is for other machines, too.
      return { outcome: 'failed' as const, evidence: why.replaceAll(`${root}/`, '') };
    },
  );
  return { ...end, seconds: Math.round((performance.now() - began) / 1_000), ...around };
}
