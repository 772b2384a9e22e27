/**
 * Runs every check in order, goes on after a failure, and ends with a table and one line of true counts.
 * The exit code is 0 when nothing failed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { steadyAtLast, toRunAgain, withSecondRun } from './test-run/run-again.ts';
import { type Stage, stages, vitestRun } from './test-run/stages.ts';
import { checkTally, lastLine, sum, type Tally, vitestTally } from './test-run/tally.ts';

const root = join(import.meta.dirname, '..');
const binaries = join(root, 'node_modules/.bin');

interface Outcome extends Tally {
  name: string;
  seconds: number;
}

const folder = mkdtempSync(join(tmpdir(), 'xepa-test-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const outcomes: Outcome[] = [];
const unsteady: string[] = [];
const all = stages(folder);
for (const [index, stage] of all.entries()) {
  console.log(`\n== ${index + 1}/${all.length} ${stage.name}: ${stage.argv.slice(0, 4).join(' ')}`);
  const outcome = await runStage(stage);
  outcomes.push(outcome);
  console.log(`== ${stage.name}: ${lastLine(outcome)} in ${outcome.seconds.toFixed(1)} s`);
}

const total = sum(outcomes);
console.log(`\n${table(outcomes)}\n`);
for (const file of unsteady) console.log(`UNSTEADY: ${file} failed, and passed when it ran once more`);
console.log(lastLine(total));
process.exitCode = total.failed === 0 ? 0 : 1;

async function runStage(stage: Stage): Promise<Outcome> {
  const begin = performance.now();
  const exitCode = await runProgram(stage.argv);
  const { name, report } = stage;
  const tally = report === undefined ? checkTally(exitCode) : await countTests({ name, report }, exitCode);
  return { name, seconds: (performance.now() - begin) / 1000, ...tally };
}

/** Counts what is in the report. A few files that failed run once more, alone, and count as they come out then. */
async function countTests({ name, report }: { name: string; report: string }, exitCode: number): Promise<Tally> {
  const first = readReport(report);
  const again = toRunAgain(first);
  if (again.length === 0) return vitestTally(first, exitCode);
  for (const { file, reason } of again) console.log(`\n== RUN ONCE MORE: ${relative(root, file)}: ${reason}`);
  const run = vitestRun(name, join(folder, 'again.json'), '--maxWorkers=1', ...again.map(({ file }) => file));
  const secondExit = await runProgram(run.argv);
  const second = readReport(run.report);
  unsteady.push(...steadyAtLast(again, second).map((file) => relative(root, file)));
  return vitestTally(withSecondRun(first, second), secondExit);
}

/** Output goes straight to the terminal. A program that cannot start or is killed counts as exit code 1. */
function runProgram([program, ...args]: Stage['argv']): Promise<number> {
  const env = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(join(binaries, program), args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = () => {
    child.kill('SIGTERM');
    process.exit(1);
  };
  process.once('SIGTERM', stop);
  return new Promise((resolve) => {
    const end = (code: number) => {
      process.off('SIGTERM', stop);
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(`${program} did not start: ${error.message}`);
      end(1);
    });
    child.once('exit', (code) => end(code ?? 1));
  });
}

function readReport(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function table(rows: readonly Outcome[]): string {
  const cells = [
    ['stage', 'passed', 'failed', 'skipped', 'seconds'],
    ...rows.map((row) => [row.name, row.passed, row.failed, row.skipped, row.seconds.toFixed(1)].map(String)),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return cells.map(line).join('\n');
}
