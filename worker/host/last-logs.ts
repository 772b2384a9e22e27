import type { Command } from '../../core/ssh/command.ts';
import { logTail } from './redact.ts';
import { scriptCommand } from './script-command.ts';
import { lastLogsScript } from './scripts/last-logs.ts';
import { linesOf, parseSections } from './sections.ts';

/** What a log on an installed disk ends with, without secrets. `path`: partition and path on it. */
export interface LastLog {
  path: string;
  tail: string;
}

const MAX_BYTES = 8 * 1024;
/** A thread is for a glance: the disk has the rest. */
const MAX_LOGS = 3;
const tailLimits = { lines: 15, characters: 1_500 };

/** Reads the ends of an installer's and an installed system's logs; changes nothing. @param places as for `readInstalled` */
export function readLastLogs(places: readonly string[]): Command<LastLog[]> {
  return scriptCommand({
    script: lastLogsScript,
    args: [String(MAX_BYTES), ...places],
    timeoutMs: 60_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      return [...sections.keys()]
        .filter((name) => name !== 'end')
        .map((path) => ({ path: path.replace(' ', ': '), tail: tailOf(linesOf(sections, path)) }))
        .filter(({ tail }) => tail !== '')
        .slice(0, MAX_LOGS);
    },
  });
}

function tailOf(lines: readonly string[]): string {
  const bytes = Buffer.from(lines.join('').slice(0, 2 * MAX_BYTES), 'base64');
  return logTail(bytes.toString('utf8'), tailLimits);
}
