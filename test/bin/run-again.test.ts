import { describe, expect, it } from 'vitest';
import { steadyAtLast, toRunAgain, withSecondRun } from '../../bin/test-run/run-again.ts';
import { vitestTally } from '../../bin/test-run/tally.ts';

interface Told {
  status: string;
  fullName?: string;
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
  it('is a file that failed, with what it failed by first', () => {
    const named = { ...failed, fullName: 'a lock is waited for' };
    const run = report(file('a', passed, named, failed, skipped), file('b', passed), file('c', stood, named));
    expect(toRunAgain(run)).toEqual([
      { file: 'a', reason: 'a lock is waited for' },
      { file: 'c', reason: 'it answers nothing' },
    ]);
  });

  it('is a file that failed outside of its tests', () => {
    const run = report({ name: 'a', status: 'failed', assertionResults: [] });
    expect(toRunAgain(run)).toEqual([{ file: 'a', reason: 'it failed outside of its tests' }]);
  });

  it.each([
    ['all passed', report(file('a', passed))],
    ['more failed than comes by chance', report(...['a', 'b', 'c', 'd'].map((name) => file(name, failed)))],
    ['there is no report', null],
    ['there is half a report', '{"testResults": ['],
  ])('is nothing when %s', (_case, run) => {
    expect(toRunAgain(run)).toEqual([]);
  });
});

describe('what is called unsteady', () => {
  const again = [
    { file: 'a', reason: '' },
    { file: 'b', reason: '' },
  ];

  it('is what passed the second time, and only that', () => {
    expect(steadyAtLast(again, report(file('a', passed), file('b', failed)))).toEqual(['a']);
  });

  it('is nothing when the second run left no report', () => {
    expect(steadyAtLast(again, null)).toEqual([]);
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
