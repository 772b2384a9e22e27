import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quoteArgv } from '../../core/ssh/quote.ts';

/** The words as a real shell hands them to a command. */
function wordsOf(words: readonly string[]): string[] {
  const command = quoteArgv(['printf', '%s\\0', ...words]);
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', command], { cwd: '/usr', encoding: 'utf8' });
  if (status !== 0) throw new Error(`sh ended with ${status}: ${stderr}`);
  return stdout.split('\0').slice(0, -1);
}

/** What an argument vector can hold: any text without the zero byte. */
const anything = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((word) => !word.includes('\0'));
const nasty = fc
  .array(fc.constantFrom(...'\'"\\$`!*?[]{}()<>|&;#~=%^ \t\n\r', '$(id)', '$HOME', '-n', '--', "'\\''", 'é', '\u2028'))
  .map((parts) => parts.join(''));
// One process for many words: a process each would take minutes.
const manyWords = fc.array(fc.oneof(anything, nasty), { minLength: 1, maxLength: 200 });

it('gives a real shell back exactly the words that went in', () => {
  fc.assert(
    fc.property(manyWords, (words) => {
      expect(wordsOf(words)).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

it.each([
  [['']],
  [['~', '*', '$HOME', '`id`', '$(id)', '!!', '#x']],
  [["'", "''", "'\\''", '\\', '\\\\']],
  [['a=b', 'A=b', '-e', '{a,b}', 'a\nb', '\r']],
])('keeps %j', (words) => {
  expect(wordsOf(words)).toEqual(words);
});

it('quotes the command itself, so that an assignment or a keyword is never one', () => {
  const run = (argv: string[]) => spawnSync('/bin/sh', ['-c', quoteArgv(argv)], { encoding: 'utf8' });
  expect(run(['if', 'true']).status).toBe(127);
  expect(run(['X=1', 'true']).status).toBe(127);
});
