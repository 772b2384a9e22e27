import { z } from 'zod';

/** What one stage came to. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** The parts of vitest's JSON report that counts are made from. */
const Report = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/** A stage that is one check: it passed or it failed. */
export function checkTally(exitCode: number): Tally {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/**
 * Counts the tests in a vitest JSON report. Whatever is not a clean run shows as at least one failure: a report that
 * is missing or cannot be read, a file that could not be loaded, an error outside of any test, a stage without tests.
 * @param report the text of the report, null when vitest wrote none
 */
export function vitestTally(report: string | null, exitCode: number): Tally {
  const parsed = parseReport(report);
  if (!parsed) return { passed: 0, failed: 1, skipped: 0 };
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const file of parsed.testResults) {
    const states = file.assertionResults.map((test) => test.status);
    const failed = states.filter((state) => state === 'failed').length;
    const passed = states.filter((state) => state === 'passed').length;
    tally.passed += passed;
    tally.failed += failed === 0 && file.status === 'failed' ? 1 : failed;
    tally.skipped += states.length - passed - failed;
  }
  const ranNothing = tally.passed + tally.failed === 0;
  const failedElsewhere = exitCode !== 0 && tally.failed === 0;
  return ranNothing || failedElsewhere ? { ...tally, failed: tally.failed + 1 } : tally;
}

/** All stages together. */
export function sum(tallies: readonly Tally[]): Tally {
  const total: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const tally of tallies) {
    total.passed += tally.passed;
    total.failed += tally.failed;
    total.skipped += tally.skipped;
  }
  return total;
}

/** The last line of a run: `N passed, N failed`, and the skipped ones where there are any. */
export function lastLine(total: Tally): string {
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  return `${total.passed} passed, ${total.failed} failed${skipped}`;
}

function parseReport(report: string | null): z.infer<typeof Report> | null {
  if (report === null) return null;
  try {
    return Report.parse(JSON.parse(report));
  } catch {
    return null;
  }
}
