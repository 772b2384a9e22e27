import { z } from 'zod';

/** The parts of vitest's JSON report by which a file is chosen. */
const Report = z.object({
  testResults: z.array(
    z.looseObject({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.looseObject({
          status: z.string(),
          fullName: z.string().optional(),
          meta: z.object({ standstill: z.string().optional() }).optional(),
        }),
      ),
    }),
  ),
});

/** With more failures than that in one stage, something is broken, and a second run only costs time. */
const MOST_FILES = 3;

/** A file of tests that failed, and why as far as it is known in a line. */
export interface Again {
  file: string;
  reason: string;
}

/**
 * Files that failed, each with its first failure, or what its test found out about a machine that stood still
 * (`standstill` in vitest's task meta). None where too many did, or the report cannot be read.
 */
export function toRunAgain(report: string | null): Again[] {
  const failed = (Report.safeParse(parsed(report)).data?.testResults ?? []).filter(({ status }) => status === 'failed');
  if (failed.length > MOST_FILES) return [];
  return failed.map(({ name, assertionResults }) => {
    const first = assertionResults.find(({ status }) => status === 'failed');
    return { file: name, reason: first?.meta?.standstill ?? first?.fullName ?? 'it failed outside of its tests' };
  });
}

/** Those of the files that passed in the second run. */
export function steadyAtLast(again: readonly Again[], second: string | null): string[] {
  const results = Report.safeParse(parsed(second)).data?.testResults ?? [];
  const passed = new Set(results.filter(({ status }) => status === 'passed').map(({ name }) => name));
  return again.map(({ file }) => file).filter((file) => passed.has(file));
}

/** The first report with the files that were run again as they came out then. Null when the second cannot be read. */
export function withSecondRun(first: string | null, second: string | null): string | null {
  const [before, after] = [first, second].map((report) => Report.safeParse(parsed(report)).data?.testResults);
  if (!before || !after) return null;
  const again = new Set(after.map(({ name }) => name));
  return JSON.stringify({ testResults: [...before.filter(({ name }) => !again.has(name)), ...after] });
}

function parsed(report: string | null): unknown {
  try {
    return JSON.parse(report ?? '');
  } catch {
    return null;
  }
}
