import { join } from 'node:path';

/** One stage of `npm test`: a program of node_modules/.bin and how its outcome is counted. */
export interface Stage {
  name: string;
  argv: readonly [string, ...string[]];
  /** Where vitest writes its JSON report; absent for a stage that is one check. */
  report?: string;
}

/**
 * Everything that must hold, quickest first.
 * @param folder for the reports
 */
export function stages(folder: string): Stage[] {
  return [
    { name: 'lint', argv: ['biome', 'ci', '.'] },
    { name: 'unused', argv: ['knip'] },
    { name: 'types', argv: ['tsc', '--noEmit'] },
    { name: 'types of the page', argv: ['tsc', '--noEmit', '-p', 'web-console/public'] },
    ...['unit', 'wire', 'e2e'].map((project) => vitestRun(project, join(folder, `${project}.json`))),
  ];
}

/** A run of one vitest project that leaves a report. @param more options, and files where not all are to run */
export function vitestRun(project: string, report: string, ...more: string[]): Required<Stage> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`];
  return { name: project, argv: ['vitest', 'run', '--project', project, ...reporters, ...more], report };
}
