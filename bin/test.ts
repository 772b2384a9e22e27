/**
 * Runs every check in order, goes on after a failure, and ends with a table and one line of true counts.
 * The exit code is 0 when nothing failed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { standstills, withSecondRun } from './test-run/run-again.ts';
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
const all = stages(folder);
for (const [index, stage] of all.entries()) {
  console.log(`\n== ${index + 1}/${all.length} ${stage.name}: ${stage.argv.slice(0, 4).join(' ')}`);
  const outcome = await runStage(stage);
  outcomes.push(outcome);
  console.log(`== ${stage.name}: ${lastLine(outcome)} in ${outcome.seconds.toFixed(1)} s`);
}

const total = sum(outcomes);
console.log(`\n${table(outcomes)}\n`);
console.log(lastLine(total));
process.exitCode = total.failed === 0 ? 0 : 1;

async function runStage(stage: Stage): Promise<Outcome> {
  const begin = performance.now();
  const exitCode = await runProgram(stage.argv);
  const tally = stage.report === undefined ? checkTally(exitCode) : await countTests(stage.report, exitCode);
  return { name: stage.name, seconds: (performance.now() - begin) / 1000, ...tally };
}

/** Counts what is in the report. Files whose emulated machine stood still run once more, on a fresh one, and count as they come out then. */
async function countTests(report: string, exitCode: number): Promise<Tally> {
  const first = readReport(report);
  const stood = standstills(first);
  if (stood.length === 0) return vitestTally(first, exitCode);
  for (const { file, reason } of stood) console.log(`\n== RUN ONCE MORE: ${relative(root, file)}: ${reason}`);
  const again = vitestRun('e2e', join(folder, 'again.json'), ...stood.map(({ file }) => file));
  const secondExit = await runProgram(again.argv);
  return vitestTally(withSecondRun(first, readReport(again.report)), secondExit);
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
