import type { CommandOutput } from './command.ts';

/** Nothing of ours prints more: what comes after is dropped, and the parser sees that the output is cut. */
const MAX_STDOUT_BYTES = 16 * 1024 * 1024;
/** Of what a command complains, the end is kept: there stands why it failed. */
const MAX_STDERR_BYTES = 64 * 1024;

/** What a command prints, as far as it is kept. */
export interface Gathered {
  stdout(part: Buffer): void;
  stderr(part: Buffer): void;
  output(exitCode: number): CommandOutput;
}

export function gather(): Gathered {
  const [stdout, stderr] = [gatherStart(MAX_STDOUT_BYTES), gatherEnd(MAX_STDERR_BYTES)];
  return {
    stdout: stdout.keep,
    stderr: stderr.keep,
    output: (exitCode) => ({ stdout: stdout.text(), stderr: stderr.text(), exitCode }),
  };
}

function gatherStart(limit: number) {
  const parts: Buffer[] = [];
  let size = 0;
  return {
    keep(part: Buffer) {
      if (size < limit) parts.push(part);
      size += part.length;
    },
    text: () => Buffer.concat(parts).toString('utf8'),
  };
}

function gatherEnd(limit: number) {
  const parts: Buffer[] = [];
  let size = 0;
  return {
    keep(part: Buffer) {
      parts.push(part);
      size += part.length;
      while (size - (parts[0]?.length ?? size) >= limit) size -= parts.shift()?.length ?? 0;
    },
    text: () => Buffer.concat(parts).toString('utf8'),
  };
}
