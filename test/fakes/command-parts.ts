import type { Command } from '../../core/ssh/command.ts';

/** Its script, or the first two words of one that has none, and what follows. Scripts come on stdin, or as `sh -c` where that has their input. */
export function commandParts({ argv, stdin }: Command<unknown>): { script: string; args: readonly string[] } {
  if (argv[0] === 'sh' && argv[1] === '-c') return { script: argv[2] ?? '', args: argv.slice(4) };
  if (stdin !== undefined) return { script: inner(stdin), args: argv.slice(3) };
  return { script: argv.slice(0, 2).join(' '), args: argv.slice(2) };
}

/** Without what makes one command of it. */
function inner(stdin: string): string {
  return /^\{\n([\s\S]*)\n\} <\/dev\/null\n$/.exec(stdin)?.[1] ?? stdin;
}
