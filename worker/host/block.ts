import { z } from 'zod';
import type { Command } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { rereadDiskScript } from './scripts/block.ts';
import { firstLine, linesOf, parseSections } from './sections.ts';

const State = z.enum(['read', 'busy', 'gone']);

/** `busy`: something in the rescue system holds the disk, and the kernel may still see the old partitions; `gone`: it is not there. */
export interface Reread {
  state: z.infer<typeof State>;
  partitions: string[];
}

/** Makes the rescue system's kernel see what a VM has written to a disk of its own. Changes nothing on it; repeatable. */
export function rereadDisk(path: string): Command<Reread> {
  return scriptCommand({
    script: rereadDiskScript,
    args: [path],
    timeoutMs: 60_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      return {
        state: State.parse(firstLine(sections, 'state')),
        partitions: linesOf(sections, 'partitions').map((line) => line.trim()),
      };
    },
  });
}

/** What was found, as a sentence without a full stop. */
export function rereadSentence(path: string, { state, partitions }: Reread): string {
  if (state === 'gone') return `${path} is not there any more`;
  if (state === 'busy') return `${path} could not be read again, because something in the rescue system holds it`;
  return `${path} was read again: ${partitions.length === 1 ? '1 partition' : `${partitions.length} partitions`}`;
}
