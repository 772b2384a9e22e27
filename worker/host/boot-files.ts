import { z } from 'zod';
import type { Command } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { bootFilesScript } from './scripts/boot-files.ts';
import { parseSections, rowsOf } from './sections.ts';

const State = z.enum(['present', 'copied', 'none', 'failed', 'unreadable']);

/**
 * A FAT partition. `present`: the loader of the removable path was there; `copied`: it was put there; `none`: no loader at all;
 * `failed`: it could not be written; `unreadable`: the partition could not be mounted. `loader` is a path on the partition.
 */
export interface BootFile {
  partition: string;
  state: z.infer<typeof State>;
  loader: string;
}

/**
 * Makes a disk bootable by UEFI without a boot entry: entries made in the VM stay in the VM. Copies the installed loader to
 * `\EFI\BOOT\BOOTX64.EFI` where that is missing; looks at the disks of the controllers with these PCI addresses,
 * or at one disk alone where a path of `/dev` stands for it. Repeatable.
 */
export function fixBootFiles(places: readonly string[]): Command<BootFile[]> {
  return scriptCommand({
    script: bootFilesScript,
    args: places,
    timeoutMs: 60_000,
    parse: (output) =>
      rowsOf(parseSections(output.stdout), 'boot-files').map(([partition = '', state = '', loader = '']) => ({
        partition,
        state: State.parse(state),
        loader,
      })),
  });
}

/** True if one of the partitions holds a loader that firmware finds by itself. */
export function bootsWithoutEntry(files: readonly BootFile[]): boolean {
  return files.some(({ state }) => state === 'present' || state === 'copied');
}
