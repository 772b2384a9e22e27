import type { Command } from '../../core/ssh/command.ts';
import { sourceLines } from './iso-source.ts';
import { type DownloadState, parseDownload } from './media.ts';
import { scriptCommand } from './script-command.ts';
import { windowScript } from './scripts/iso-window.ts';
import { firstLine, parseSections } from './sections.ts';

/** `sha256` is empty until all of it was read. */
export interface WindowState {
  sha256: string;
  reading: DownloadState;
}

/**
 * For an ISO that is larger than what there is room for: it is read where it is, and nothing is kept. With `verify` all of it is
 * read once before, for its digest. Repeat it until that is there; repeated, it starts nothing twice.
 */
export function openWindow(of: { path: string; urls: readonly string[]; verify: boolean }): Command<WindowState> {
  return scriptCommand({
    script: windowScript,
    args: [of.path, of.verify ? 'verify' : ''],
    input: sourceLines(of.urls),
    timeoutMs: 30_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      const [sha256 = ''] = /^[0-9a-f]{64}/.exec(firstLine(sections, 'sum')) ?? [];
      return { sha256, reading: parseDownload(sections) };
    },
  });
}
