import { z } from 'zod';
import type { Command } from '../../core/ssh/command.ts';
import type { LoaderChoice } from './loader-choice.ts';
import { scriptCommand } from './script-command.ts';
import { bootFilesScript } from './scripts/boot-files.ts';
import { parseSections, rowsOf } from './sections.ts';

const State = z.enum(['written', 'kept', 'failed']);

/** `kept`: something was there already and stays. Paths on the partition. */
export interface CopiedFile {
  state: z.infer<typeof State>;
  from: string;
  to: string;
}

/**
 * Makes a disk bootable by UEFI without a boot entry: entries made in the VM stay in the VM. Copies the loader to
 * `\EFI\BOOT\BOOTX64.EFI`, with what it needs beside it; replaces nothing. Repeatable.
 */
export function copyLoader({ partition, copies }: LoaderChoice): Command<CopiedFile[]> {
  return scriptCommand({
    script: bootFilesScript,
    args: [partition, ...copies.flatMap(({ from, to }) => [from, to])],
    timeoutMs: 60_000,
    parse: (output) =>
      rowsOf(parseSections(output.stdout), 'copies').map(([state = '', from = '', to = '']) => ({
        state: State.parse(state),
        from,
        to,
      })),
  });
}

/** The loader itself, the last of the copies, lies where firmware looks. */
export function isInPlace({ copies }: LoaderChoice, files: readonly CopiedFile[]): boolean {
  return files.length === copies.length && files.every(({ state }) => state !== 'failed');
}
