import type { CountFigure } from './by-count.ts';
import type { PathName } from './paths.ts';
import type { Samples } from './samples.ts';
import { scenes } from './screen.ts';
import type { UpdateFigure } from './updates.ts';
import { people } from './verdicts.ts';

/** Round trips with nothing in between, in milliseconds. */
export interface BareTrip {
  p50: number;
  p99: number;
}

/** One path in each row. */
export function countTable(samples: Samples<PathName, CountFigure>, viewers: number, bare: BareTrip): string[] {
  const columns = ['MB/s', 'CPU-s/GB here', 'on device', 'idle p50', 'p99', 'load p50', 'p99', 'MB each', 'on device'];
  const rows = samples.who.map((name) => [
    name,
    samples.middle(name, 'bulk').toFixed(0),
    samples.middle(name, 'cpu here').toFixed(2),
    samples.middle(name, 'cpu device').toFixed(2),
    micro(samples.middle(name, 'idle p50') - bare.p50),
    micro(samples.middle(name, 'idle p99') - bare.p99),
    micro(samples.middle(name, 'load p50') - bare.p50),
    micro(samples.middle(name, 'load p99') - bare.p99),
    measured(samples.middle(name, 'memory here')),
    measured(samples.middle(name, 'memory device')),
  ]);
  return table(`${people(viewers)}; round trips in added us`, columns, rows);
}

export function updateTable(samples: Samples<PathName, UpdateFigure>): string[] {
  const sizes = ['2 KB', '40 KB', '200 KB'] as const;
  const columns = sizes.flatMap((size) => [`${size} ms`, 'CPU us here', 'on device']);
  const rows = samples.who.map((name) => [
    name,
    ...sizes.flatMap((size) => [
      samples.middle(name, `${size} wait`).toFixed(2),
      micro(samples.middle(name, `${size} cpu here`)),
      micro(samples.middle(name, `${size} cpu device`)),
    ]),
  ]);
  return table('one update after the other', columns, rows);
}

export function screenTable(samples: Samples<string, string>): string[] {
  const columns = scenes.map(({ name }) => name);
  const rows = samples.who.map((name) => [name, ...columns.map((scene) => samples.middle(name, scene).toFixed(1))]);
  return table("updates/s of a real QEMU's screen", columns, rows);
}

function table(title: string, columns: readonly string[], rows: readonly string[][]): string[] {
  const first = Math.max(title.length, ...rows.map(([name = '']) => name.length));
  const line = ([name = '', ...cells]: readonly string[]) =>
    [name.padEnd(first), ...cells.map((cell, index) => cell.padStart(Math.max(7, (columns[index] ?? '').length)))].join(
      '  ',
    );
  return [line([title, ...columns]), ...rows.map(line), ''];
}

function micro(milliseconds: number): string {
  return Number.isNaN(milliseconds) ? '-' : (milliseconds * 1000).toFixed(0);
}

function measured(value: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(2);
}
