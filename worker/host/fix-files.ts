import { z } from 'zod';
import type { Command } from '../../core/ssh/command.ts';
import type { FileFix } from './installed-notes.ts';
import { scriptCommand } from './script-command.ts';
import { fixFilesScript } from './scripts/fix-files.ts';
import { parseSections, rowsOf } from './sections.ts';

const State = z.enum(['written', 'kept', 'failed']);

/** `kept`: it was so already. */
export interface FixedFile {
  state: z.infer<typeof State>;
  fix: FileFix;
}

/** Changes files of one partition; what is there already is left alone, a file is changed as a whole or not at all. Repeatable. */
export function fixFiles(fixes: readonly [FileFix, ...FileFix[]]): Command<FixedFile[]> {
  const [{ partition, type }] = fixes;
  return scriptCommand({
    script: fixFilesScript,
    args: [partition, type, ...fixes.flatMap(({ op, path, values }) => [op, path, ...values])],
    timeoutMs: 60_000,
    parse: (output) => {
      const states = rowsOf(parseSections(output.stdout), 'fixes').map(([state]) => State.parse(state));
      return fixes.map((fix, index) => ({ fix, state: states[index] ?? 'failed' }));
    },
  });
}

/** What a change does, before and after it is made: a sentence without a full stop. */
export function fixSentence({ partition, op, path, values: [first, second] }: FileFix): string {
  const file = `${partition}: /${path}`;
  if (op === 'link') return `${file}, by which the port with the MAC ${first} is called ${second}`;
  if (op === 'device') return `${file}, in which ${first} became ${second}`;
  return `${file}, with ${first} ${second} for the kernel`;
}
