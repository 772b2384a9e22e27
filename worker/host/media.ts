import { XepaError } from '../../core/errors.ts';
import { type Command, ignoreOutput } from '../../core/ssh/command.ts';
import { type IsoHead, parseIsoHead } from './iso-head.ts';
import { addressIn, sourceLines } from './iso-source.ts';
import { parseRoom } from './package-size.ts';
import { outputTail } from './redact.ts';
import { scriptCommand } from './script-command.ts';
import { downloadStateScript, startDownloadScript } from './scripts/iso-download.ts';
import { inspectScript, probeScript, removeFileScript } from './scripts/media.ts';
import { firstLine, linesOf, parseSections, type Sections } from './sections.ts';

/** What a URL answers to the server itself. `status` 0: no answer, `error` says why. `bytes` null: the size is not told. */
export interface UrlProbe {
  status: number;
  bytes: number | null;
  /** Parts of it can be asked for. */
  ranges: boolean;
  /** In lower case, without parameters; empty where it is not told. */
  contentType: string;
  /** Free space of the folder, in bytes; rescue has its files in memory. Null where its file system has no limit, as ramfs has none. */
  freeBytes: number | null;
  error: string;
}

/**
 * How a download goes. `exitCode` is curl's (or 190: a mirror has another file), null while it runs; `status` the last answer
 * by HTTP, 0 where there was none; `error` what curl said last, without secrets.
 */
export interface DownloadState {
  running: boolean;
  complete: boolean;
  bytes: number;
  exitCode: number | null;
  status: number;
  error: string;
  /** The address that was tried last, once it has ended. Not for people: it may be a signed one. */
  url: string | null;
  /** Bytes per second since it was started or resumed; null in its first moments. */
  perSecond: number | null;
  /** Of a complete one whose digest was taken, which is done while it is downloaded. */
  report: MediaReport | null;
}

export interface Download {
  path: string;
  /** Addresses of the same file, the best first. */
  urls: readonly string[];
  /** Null where its server does not tell. */
  bytes: number | null;
  /** What it may take at most, where its size is not known. */
  roomBytes: number;
  /** Seconds without progress until it gives up, as long as another try may help. */
  patienceSeconds: number;
}

/** The digest of less takes no second, and following a download is work of its own. */
const digestAlongBytes = 256 * 1024 * 1024;

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
    args: [options.folder],
    input: sourceLines([options.url]),
    timeoutMs: 120_000,
    parse: (output) => parseProbe(parseSections(output.stdout)),
  });
}

/** Starts a download in the background, or resumes it; starts nothing while it runs or when the file is complete. */
export function startDownload({ path, urls, bytes, roomBytes, patienceSeconds }: Download): Command<DownloadState> {
  return scriptCommand({
    script: startDownloadScript,
    args: [
      ...[path, bytes === null ? '' : `${bytes}`, `${Math.floor(roomBytes)}`, `${patienceSeconds}`],
      bytes !== null && bytes >= digestAlongBytes ? 'along' : '',
    ],
    input: sourceLines(urls),
    timeoutMs: 30_000,
    parse: (output) => parseDownload(parseSections(output.stdout)),
  });
}

/** Looks at the download to `path`. */
export function downloadState(path: string): Command<DownloadState> {
  return scriptCommand({
    script: downloadStateScript,
    args: [path],
    timeoutMs: 30_000,
    parse: (output) => parseDownload(parseSections(output.stdout)),
  });
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
    parse: (output) => mustBeThere(parseReport(parseSections(output.stdout)), path),
  });
}

/** Removes a file with all that its download left, and ends the download if it goes on. */
export function removeFile(path: string): Command<undefined> {
  return scriptCommand({ script: removeFileScript, args: [path], timeoutMs: 30_000, parse: ignoreOutput });
}

/** What the scripts print of a download. */
export function parseDownload(sections: Sections): DownloadState {
  const exit = firstLine(sections, 'exit');
  const bytes = Number(firstLine(sections, 'bytes')) || 0;
  const [before = 0, seconds = 0] = firstLine(sections, 'began').split(' ').map(Number);
  return {
    running: firstLine(sections, 'running') === 'yes',
    complete: firstLine(sections, 'complete') === 'yes',
    bytes,
    exitCode: exit === '' ? null : Number(exit),
    status: Number(firstLine(sections, 'status')) || 0,
    error: outputTail(linesOf(sections, 'error').join('\n')),
    url: addressIn(firstLine(sections, 'source')),
    perSecond: seconds > 0 ? Math.max(0, Math.round((bytes - before) / seconds)) : null,
    report: parseReport(sections),
  };
}

function parseProbe(sections: Sections): UrlProbe {
  const [, status = '0'] = /^status (\d+)/.exec(firstLine(sections, 'answer')) ?? [];
  return {
    status: Number(status),
    bytes: status.startsWith('2') ? lengthOf(lastAnswer(sections)) : null,
    ranges: firstLine(sections, 'ranges') === 'yes',
    contentType: matchLast(lastAnswer(sections), /^content-type:\s*([^;\s]+)/i)?.toLowerCase() ?? '',
    freeBytes: parseRoom(linesOf(sections, 'space'), '').disk,
    error: outputTail(linesOf(sections, 'error').join('\n')),
  };
}

/** Headers of the last answer, earlier ones being redirects. */
function lastAnswer(sections: Sections): string[] {
  const headers = linesOf(sections, 'headers');
  return headers.slice(headers.findLastIndex((line) => line.startsWith('HTTP/')) + 1).map((line) => line.trim());
}

/** The size: of the whole file where only a byte was asked for. */
function lengthOf(fields: readonly string[]): number | null {
  const range = matchLast(fields, /^content-range:\s*bytes\s+\d+-\d+\/(\d+)$/i);
  const length = range ?? matchLast(fields, /^content-length:\s*(\d+)$/i);
  return length === null || Number(length) === 0 ? null : Number(length);
}

function matchLast(lines: readonly string[], pattern: RegExp): string | null {
  return lines.map((line) => pattern.exec(line)?.[1] ?? null).findLast((found) => found !== null) ?? null;
}

function mustBeThere(report: MediaReport | null, path: string): MediaReport {
  if (report) return report;
  throw new XepaError('not-found', {
    message: `no readable file at ${path}`,
    userMessage: 'The ISO is not on the server any more. It has to be fetched again.',
    retry: 'backoff',
  });
}

function parseReport(sections: Sections): MediaReport | null {
  const [, sha256] = /^([0-9a-f]{64})\b/.exec(firstLine(sections, 'sha256').replace(/^\\/, '')) ?? [];
  if (!sha256) return null;
  return {
    bytes: Number(firstLine(sections, 'bytes')) || 0,
    sha256,
    head: parseIsoHead(hexOf(sections, 'descriptors'), hexOf(sections, 'catalogue')),
  };
}

/** Bytes from a section in which `od` printed them. */
export function hexOf(sections: Sections, name: string): Uint8Array {
  return Buffer.from(linesOf(sections, name).join('').replace(/\s+/g, ''), 'hex');
}
