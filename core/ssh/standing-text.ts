import type { Command } from './command.ts';
import { quoteArgv } from './quote.ts';

/**
 * What a shell that is there is told for one command: to print a mark, to run the command in a subshell, so that nothing of it stays
 * (variables, folder, umask, traps, `exit`), with no input, and to print the mark again, with the exit code.
 * @returns null for a command that has an input
 */
export function standingText(command: Command<unknown>, mark: string): string | null {
  const body = bodyOf(command);
  return body && `${markText(mark, '0')}( ${body}\n) </dev/null\n${markText(mark, '$?')}`;
}

/** On both outputs, by `echo`: that is in every shell itself, and starts no program. The second `$?` would be that of the first. */
function markText(mark: string, code: string): string {
  return `echo ${mark} ${code}; echo ${mark} 0 >&2\n`;
}

function bodyOf({ argv, stdin }: Command<unknown>): string | null {
  const [program, option, third, ...words] = argv;
  if (program === 'sh' && option === '-s' && third === '--' && stdin !== undefined) return scriptText(stdin, words);
  if (stdin !== undefined) return null;
  // The word behind the script is its name.
  if (program === 'sh' && option === '-c' && third !== undefined) return scriptText(third, words.slice(1));
  return quoteArgv(argv);
}

/** By `eval`: whatever the script is, it ends where the quotes do. */
function scriptText(script: string, words: readonly string[]): string {
  return `${quoteArgv(['set', '--', ...words])}; ${quoteArgv(['eval', script])}`;
}
