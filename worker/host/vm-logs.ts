import type { Command } from '../../core/ssh/command.ts';
import { logTail } from './redact.ts';
import { scriptCommand } from './script-command.ts';
import { tailsScript } from './scripts/screen.ts';
import { linesOf, parseSections } from './sections.ts';
import { vmPaths } from './vm-paths.ts';

/** The ends of what the guest wrote to its serial ports, and of QEMU's own log, without secrets. */
export interface VmLogs {
  serial: string;
  qemu: string;
}

/** Characters of one log that leave the worker at most, and bytes that leave the server. */
const MAX_CHARACTERS = 32_000;
const MAX_BYTES = 64 * 1024;

/** @param lines of each log, at most */
export function vmLogs(dir: string, lines: number): Command<VmLogs> {
  const { serialLogs, log } = vmPaths(dir);
  return scriptCommand({
    script: tailsScript,
    args: [String(MAX_BYTES), ...serialLogs, log],
    timeoutMs: 20_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      const tailOf = (file: string) => {
        const bytes = Buffer.from(
          linesOf(sections, file)
            .join('')
            .slice(0, 2 * MAX_BYTES),
          'base64',
        );
        return logTail(bytes.toString('utf8'), { lines, characters: MAX_CHARACTERS });
      };
      return {
        serial: serialLogs
          .map(tailOf)
          .filter((text) => text !== '')
          .join('\n'),
        qemu: tailOf(log),
      };
    },
  });
}
