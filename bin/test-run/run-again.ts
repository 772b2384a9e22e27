import { z } from 'zod';

/** The parts of vitest's JSON report by which a file is chosen. */
const Report = z.object({
  testResults: z.array(
    z.looseObject({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.looseObject({ status: z.string(), meta: z.object({ standstill: z.string().optional() }).optional() }),
      ),
    }),
  ),
});

/** A file of tests whose machine stood still, and what is known of it. */
export interface Standstill {
  file: string;
  reason: string;
}

/**
 * Files whose first failure is marked by the test itself as the machine's (`standstill` in vitest's task meta): what failed
 * after it, in a scene that stands still, says nothing. None when the report cannot be read.
 */
export function standstills(report: string | null): Standstill[] {
  const failed = (Report.safeParse(parsed(report)).data?.testResults ?? []).filter(({ status }) => status === 'failed');
  return failed.flatMap(({ name, assertionResults }) => {
    const reason = assertionResults.find(({ status }) => status === 'failed')?.meta?.standstill;
    return reason === undefined ? [] : [{ file: name, reason }];
  });
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
