import { z } from 'zod';
import { fillParts } from '../../bin/docs/generated.ts';
import { cells, nameOf, sceneOf, spelled } from './cells.ts';

/** What came of a cell when it was last run. */
export interface Result {
  outcome: 'installed' | 'failed' | 'not run';
  /** From the start of the lab to its end, on the machine of that run; null when it was not run. */
  seconds: number | null;
  /** What the metal printed from its own disk; of a failed cell how it failed. */
  evidence: string;
  /** QEMU, firmware and kernel. */
  versions: string;
  /** Day of the run, `2026-11-27`. */
  day: string;
  /** Short id of the commit that was run; `+` behind it: with changes. */
  commit: string;
}

/** By the name of the cell. */
export type Results = ReadonlyMap<string, Result>;

const Outcome = z.enum(['installed', 'failed', 'not run']);
const head = [
  ...['firmware', 'disk', 'rung', 'ISO', 'result', 'seconds', 'what the metal says', 'versions', 'day', 'commit'],
  'in `npm test`',
];
const never: Result = { outcome: 'not run', seconds: null, evidence: '', versions: '', day: '', commit: '' };
const MOST_EVIDENCE = 300;

/** @throws when the document has no table of the matrix, or a row of it cannot be read */
export function parseResults(document: string): Results {
  const [, table] = /<!-- matrix -->\n([\s\S]*)\n<!-- \/matrix -->/.exec(document) ?? [];
  if (table === undefined) throw new Error('the document has no <!-- matrix --> … <!-- /matrix -->');
  return new Map(table.split('\n').slice(2).map(parseRow));
}

/** The document with another table: a row for each cell, in the order of {@link cells}. */
export function withResults(document: string, results: Results): string {
  const rows = cells().map((cell) => {
    const { outcome, seconds, evidence, versions, day, commit } = results.get(nameOf(cell)) ?? never;
    const { firmware, bus, rung, iso } = cell;
    return [
      ...[firmware, bus, rung, iso].map((word) => spelled[word] ?? word),
      ...[outcome, String(seconds ?? ''), asCode(evidence), versions, day, commit, sceneOf(cell)],
    ];
  });
  const lines = [head, head.map(() => '---'), ...rows].map((fields) => `| ${fields.join(' | ')} |`);
  return fillParts(document, { matrix: lines.join('\n') });
}

// What a machine said: nothing in it may end the row, or the code.
function asCode(evidence: string): string {
  const plain = evidence
    .replaceAll(/[|`\s]+/g, ' ')
    .trim()
    .slice(0, MOST_EVIDENCE);
  return plain === '' ? '' : `\`${plain}\``;
}

function parseRow(row: string): [string, Result] {
  const fields = row
    .split('|')
    .slice(1, -1)
    .map((field) => field.trim());
  const cell = cells().find(({ firmware, bus, rung, iso }) =>
    [firmware, bus, rung, iso].every((word, at) => (spelled[word] ?? word) === fields[at]),
  );
  if (!cell || fields.length !== head.length) throw new Error(`not a row of the matrix: ${row}`);
  const [outcome, seconds, evidence = '', versions = '', day = '', commit = ''] = fields.slice(4);
  const result = {
    outcome: Outcome.parse(outcome),
    seconds: seconds === '' ? null : z.coerce.number().parse(seconds),
    ...{ evidence: evidence.replaceAll('`', ''), versions, day, commit },
  };
  return [nameOf(cell), result];
}
