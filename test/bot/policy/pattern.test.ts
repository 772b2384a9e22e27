import { expect, test } from 'vitest';
import { occurs, patternProblem } from '../../../bot/policy/pattern.ts';

test.each(['\\b(CHG|INC)-\\d+\\b', '(a+)?', '[(+]+\\(+', '(?:x(?:y+))?z', '(?<id>\\d{4})', 'a{2,}(b)c*', '((a)(b))+'])(
  '%s is a pattern',
  (source) => {
    expect(patternProblem(source)).toBeNull();
  },
);

test.each([
  ['(a+)+', 'repeats a group'],
  ['((a|b)*c)*', 'repeats a group'],
  ['(a{2,})+', 'repeats a group'],
  ['x(?:\\d+-?){3,}y', 'repeats a group'],
  ['((a)+)+', 'repeats a group'],
  ['a)', 'no regular expression'],
  ['\\bCHG\u0008', 'control character'],
])('%s is none', (source, problem) => {
  expect(patternProblem(source)).toContain(problem);
});

test('what takes for ever is stopped', () => {
  expect(occurs('(a|a)*b', 'a'.repeat(60))).toBe('too-slow');
});

test('only the first 2,000 characters are looked at', () => {
  expect(occurs('b', `${'a'.repeat(1999)}b`)).toBe('yes');
  expect(occurs('b', `${'a'.repeat(2000)}b`)).toBe('no');
});
