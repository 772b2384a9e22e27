import { describe, expect, test } from 'vitest';
import { checkTally, lastLine, sum, vitestTally } from '../../bin/test-run/tally.ts';

function report(...files: { status: string; tests: string[] }[]): string {
  const testResults = files.map(({ status, tests }) => ({
    status,
    assertionResults: tests.map((state) => ({ status: state })),
  }));
  return JSON.stringify({ testResults });
}

describe('counting a vitest stage', () => {
  test.each([
    ['a clean run', report({ status: 'passed', tests: ['passed', 'passed'] }), 0, { passed: 2, failed: 0, skipped: 0 }],
    [
      'a failing test',
      report({ status: 'failed', tests: ['passed', 'failed'] }, { status: 'passed', tests: ['passed'] }),
      1,
      { passed: 2, failed: 1, skipped: 0 },
    ],
    [
      'skipped and planned tests',
      report({ status: 'passed', tests: ['passed', 'skipped', 'pending', 'todo'] }),
      0,
      { passed: 1, failed: 0, skipped: 3 },
    ],
    [
      'a file that could not be loaded',
      report({ status: 'failed', tests: [] }, { status: 'passed', tests: ['passed'] }),
      1,
      { passed: 1, failed: 1, skipped: 0 },
    ],
    [
      'an error outside of any test',
      report({ status: 'passed', tests: ['passed'] }),
      1,
      { passed: 1, failed: 1, skipped: 0 },
    ],
    ['a stage that found no tests', report(), 0, { passed: 0, failed: 1, skipped: 0 }],
    [
      'a stage that skipped everything',
      report({ status: 'passed', tests: ['skipped'] }),
      0,
      { passed: 0, failed: 1, skipped: 1 },
    ],
    ['no report at all', null, 0, { passed: 0, failed: 1, skipped: 0 }],
    ['half a report', '{"testResults": [', 0, { passed: 0, failed: 1, skipped: 0 }],
    ['a report of another kind', '{"numTotalTests": 3}', 0, { passed: 0, failed: 1, skipped: 0 }],
  ])('%s', (_name, text, exitCode, expected) => {
    expect(vitestTally(text, exitCode)).toEqual(expected);
  });
});

describe('counting a run', () => {
  test('a check counts as one', () => {
    expect(checkTally(0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(checkTally(2)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test('stages add up', () => {
    const total = sum([checkTally(0), checkTally(1), { passed: 10, failed: 2, skipped: 3 }]);
    expect(total).toEqual({ passed: 11, failed: 3, skipped: 3 });
  });

  test('the last line names skipped tests only where there are any', () => {
    expect(lastLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(lastLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
  });
});
