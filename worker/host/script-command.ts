import type { Command, CommandOutput } from '../../core/ssh/command.ts';

export interface ScriptOptions<T> {
  /** Constant POSIX sh text that dash, bash and busybox ash understand. */
  script: string;
  /** Positional parameters of the script: the only way for a value to get in. */
  args?: readonly string[];
  timeoutMs: number;
  parse(output: CommandOutput): T;
}

/** A command that feeds a constant script to `sh` on stdin: several operations in one round trip. */
export function scriptCommand<T>(options: ScriptOptions<T>): Command<T> {
  return {
    argv: ['sh', '-s', '--', ...(options.args ?? [])],
    stdin: options.script,
    timeoutMs: options.timeoutMs,
    parse: options.parse,
  };
}
