import type { Command, CommandOutput } from '../../core/ssh/command.ts';

export interface ScriptOptions<T> {
  /** Constant POSIX sh text that dash, bash and busybox ash understand. */
  script: string;
  /** Positional parameters of the script: the only way for a value to get in. */
  args?: readonly string[];
  /** What the script reads from its standard input: for what must not stand in a list of arguments. */
  input?: string;
  timeoutMs: number;
  parse(output: CommandOutput): T;
}

/** A command that feeds a constant script to `sh`, on stdin unless that has its input: several operations in one round trip. */
export function scriptCommand<T>(options: ScriptOptions<T>): Command<T> {
  const { script, args = [], input, timeoutMs, parse } = options;
  if (input !== undefined) return { argv: ['sh', '-c', script, 'sh', ...args], stdin: input, timeoutMs, parse };
  return { argv: ['sh', '-s', '--', ...args], stdin: whole(script), timeoutMs, parse };
}

/**
 * A shell runs what it reads from its input line by line. As one command it is read to its end first: of a script that a line which was cut has
 * brought only in part nothing runs, and no program of it, such as what a package runs when it is removed, reads the rest of it.
 */
function whole(script: string): string {
  return `{\n${script}\n} </dev/null\n`;
}
