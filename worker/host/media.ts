import { XepaError } from '../../core/errors.ts';
import { type Command, ignoreOutput } from '../../core/ssh/command.ts';
import { type IsoHead, parseIsoHead } from './iso-head.ts';
import { outputTail } from './redact.ts';
import { scriptCommand } from './script-command.ts';
import {
  downloadStateScript,
  inspectScript,
  probeScript,
  removeFileScript,
  startDownloadScript,
} from './scripts/media.ts';
import { firstLine, linesOf, parseSections, type Sections } from './sections.ts';

/** What a URL answers to the server itself. `status` 0: no answer, `error` says why. `bytes` null: the size is not told. */
export interface UrlProbe {
  status: number;
  bytes: number | null;
  /** Free space of the folder, in bytes; rescue has its files in memory. */
  freeBytes: number;
  error: string;
}

/** How a download goes. `exitCode` is curl's, null while it runs; `error` what curl said last, without secrets. */
export interface DownloadState {
  running: boolean;
  complete: boolean;
  bytes: number;
  exitCode: number | null;
  error: string;
}

/** A whole file on the server. */
export interface MediaReport {
  bytes: number;
  sha256: string;
  head: IsoHead;
}

/** Asks a URL for status and size, from the server; makes the folder and tells its free space. */
export function probeUrl(options: { url: string; folder: string }): Command<UrlProbe> {
  return scriptCommand({
    script: probeScript,
    args: [options.url, options.folder],
    timeoutMs: 120_000,
    parse: (output) => parseProbe(parseSections(output.stdout)),
  });
}

/** Starts a download in the background, or resumes it; starts nothing while it runs or when the file is complete. */
export function startDownload(options: { url: string; path: string }): Command<DownloadState> {
  return stateCommand(startDownloadScript, [options.url, options.path]);
}

/** Looks at the download to `path`. */
export function downloadState(path: string): Command<DownloadState> {
  return stateCommand(downloadStateScript, [path]);
}

/**
 * Digest, size and boot methods of an ISO on the server. Reads the whole file.
 * The parser throws XepaError `not-found` if there is none.
 */
export function inspectMedia(path: string): Command<MediaReport> {
  return scriptCommand({
    script: inspectScript,
    args: [path],
    timeoutMs: 1_200_000,
    parse: (output) => parseReport(parseSections(output.stdout), path),
  });
}

/** Removes a file with all that its download left, and ends the download if it goes on. */
export function removeFile(path: string): Command<undefined> {
  return scriptCommand({ script: removeFileScript, args: [path], timeoutMs: 30_000, parse: ignoreOutput });
}

function stateCommand(script: string, args: readonly string[]): Command<DownloadState> {
  return scriptCommand({
    script,
    args,
    timeoutMs: 30_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      const exit = firstLine(sections, 'exit');
      return {
        running: firstLine(sections, 'running') === 'yes',
        complete: firstLine(sections, 'complete') === 'yes',
        bytes: Number(firstLine(sections, 'bytes')) || 0,
        exitCode: exit === '' ? null : Number(exit),
        error: outputTail(linesOf(sections, 'error').join('\n')),
      };
    },
  });
}

function parseProbe(sections: Sections): UrlProbe {
  const [, status = '0'] = /^status (\d+)/.exec(firstLine(sections, 'answer')) ?? [];
  const space = linesOf(sections, 'space').at(-1)?.trim().split(/\s+/) ?? [];
  return {
    status: Number(status),
    bytes: status.startsWith('2') ? lengthOf(linesOf(sections, 'headers')) : null,
    freeBytes: (Number(space.at(-3)) || 0) * 1024,
    error: outputTail(linesOf(sections, 'error').join('\n')),
  };
}

/** The size from the headers of the last answer, earlier ones being redirects: of the whole file where only a byte was asked for. */
function lengthOf(headers: readonly string[]): number | null {
  const last = headers.findLastIndex((line) => line.startsWith('HTTP/'));
  const fields = headers.slice(last + 1).map((line) => line.trim());
  const range = matchLast(fields, /^content-range:\s*bytes\s+\d+-\d+\/(\d+)$/i);
  const length = range ?? matchLast(fields, /^content-length:\s*(\d+)$/i);
  return length === null || Number(length) === 0 ? null : Number(length);
}

function matchLast(lines: readonly string[], pattern: RegExp): string | null {
  return lines.map((line) => pattern.exec(line)?.[1] ?? null).findLast((found) => found !== null) ?? null;
}

function parseReport(sections: Sections, path: string): MediaReport {
  const [, sha256] = /^([0-9a-f]{64})\b/.exec(firstLine(sections, 'sha256').replace(/^\\/, '')) ?? [];
  if (!sha256) {
    throw new XepaError('not-found', {
      message: `no readable file at ${path}`,
      userMessage: 'The ISO is not on the server any more. It has to be fetched again.',
      retry: 'backoff',
    });
  }
  return {
    bytes: Number(firstLine(sections, 'bytes')) || 0,
    sha256,
    head: parseIsoHead(hexOf(sections, 'descriptors'), hexOf(sections, 'catalogue')),
  };
}

function hexOf(sections: Sections, name: string): Uint8Array {
  return Buffer.from(linesOf(sections, name).join('').replace(/\s+/g, ''), 'hex');
}
