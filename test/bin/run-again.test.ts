import { describe, expect, it } from 'vitest';
import { standstills, withSecondRun } from '../../bin/test-run/run-again.ts';
import { vitestTally } from '../../bin/test-run/tally.ts';

interface Told {
  status: string;
  meta?: { standstill?: string };
}

function file(name: string, ...assertionResults: Told[]) {
  const status = assertionResults.some((test) => test.status === 'failed') ? 'failed' : 'passed';
  return { name, status, assertionResults };
}

const report = (...testResults: object[]) => JSON.stringify({ testResults });
const stood = { status: 'failed', meta: { standstill: 'it answers nothing' } };
const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map((status) => ({ status, meta: {} })) as [
  Told,
  Told,
  Told,
];

describe('what is run once more', () => {
  it('is a file that failed first by a machine that stood still', () => {
    const run = report(file('a', passed, stood, failed, skipped), file('b', passed), file('c', failed, stood));
    expect(standstills(run)).toEqual([{ file: 'a', reason: 'it answers nothing' }]);
  });

  it.each([
    ['all passed', report(file('a', passed))],
    ['a test failed by itself', report(file('a', failed))],
    ['there is no report', null],
    ['there is half a report', '{"testResults": ['],
  ])('is nothing when %s', (_case, run) => {
    expect(standstills(run)).toEqual([]);
  });
});

describe('the count of both runs', () => {
  const first = report(file('a', passed, stood, skipped), file('b', passed, failed));

  it('has each file once, as it came out last', () => {
    const both = withSecondRun(first, report(file('a', passed, passed, passed)));
    expect(vitestTally(both, 1)).toEqual({ passed: 4, failed: 1, skipped: 0 });
  });

  it('has the failure still when it fails again', () => {
    const both = withSecondRun(report(file('a', stood)), report(file('a', stood)));
    expect(vitestTally(both, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('is a failure when the second run left no report', () => {
    expect(vitestTally(withSecondRun(first, null), 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
