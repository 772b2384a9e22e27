/**
 * One command for a device: an argument vector, never a shell string; the transport quotes it.
 * A longer sequence is a constant script on stdin (`sh -s -- args`), its variables being arguments. What a command leaves running
 * must not keep its outputs: others print there next.
 */
export interface Command<T> {
  argv: readonly string[];
  /** Fed to the command, then end of file. */
  stdin?: string;
  /** Milliseconds until the command is given up. */
  timeoutMs: number;
  /** Exit codes that are an answer and not a failure; default only 0. */
  okCodes?: readonly number[];
  /** Runs over what the command printed. Throws XepaError where the output makes no sense. */
  parse(output: CommandOutput): T;
}

export interface CommandOutput {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** For commands whose output does not matter. */
export function ignoreOutput(): undefined {
  return undefined;
}

/** For commands that answer with one line of text. */
export function trimmedOutput(output: CommandOutput): string {
  return output.stdout.trim();
}
