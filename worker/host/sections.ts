import { XepaError } from '../../core/errors.ts';

/** What a script printed, by the name of its section. */
export type Sections = ReadonlyMap<string, readonly string[]>;

const marker = '## xepa ';

/**
 * Splits output into the sections that our scripts announce by a line `## xepa NAME`.
 * Without the last one, `end`, the output was cut short and nothing in it can be trusted.
 */
export function parseSections(stdout: string): Sections {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of stdout.split('\n')) {
    if (line.startsWith(marker)) {
      lines = [];
      sections.set(line.slice(marker.length).trim(), lines);
    } else if (line !== '') {
      lines.push(line);
    }
  }
  if (!sections.has('end')) throw cutShort(stdout);
  return sections;
}

/** The lines of a section; none if the script did not print it. */
export function linesOf(sections: Sections, name: string): readonly string[] {
  return sections.get(name) ?? [];
}

/** The first line of a section, or an empty string. */
export function firstLine(sections: Sections, name: string): string {
  return linesOf(sections, name)[0]?.trim() ?? '';
}

/** Fields of the lines of a section, separated by tabs. */
export function rowsOf(sections: Sections, name: string): string[][] {
  return linesOf(sections, name).map((line) => line.split('\t'));
}

function cutShort(stdout: string): XepaError {
  return new XepaError('host-command-failed', {
    message: `output of a host script ended early, after ${stdout.length} characters`,
    userMessage: 'The server answered only in part. XEPA tries again.',
    retry: 'backoff',
  });
}
