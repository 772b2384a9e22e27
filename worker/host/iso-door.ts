import { XepaError } from '../../core/errors.ts';
import type { Command } from '../../core/ssh/command.ts';
import { type IsoHead, parseIsoHead } from './iso-head.ts';
import { type DownloadState, hexOf, parseDownload } from './media.ts';
import { outputTail } from './redact.ts';
import { scriptCommand } from './script-command.ts';
import { openDoorScript, peekScript } from './scripts/iso-door.ts';
import { firstLine, linesOf, parseSections } from './sections.ts';

/** `missing`: the rescue system has no nbdkit. `error` is what it said when it did not start. */
export interface DoorState {
  door: 'open' | 'failed' | 'missing';
  error: string;
  download: DownloadState;
}

/** Guests lose patience with a CD drive after 30 seconds; QEMU looks that long for the one who serves a disc. */
const RECONNECT_SECONDS = 20;

/** How QEMU names the disc that is served for the file at `path`, and lists it in `query-block`. */
export function doorAddress(path: string): string {
  return `nbd+unix://?socket=${path}.sock`;
}

/** What QEMU's `-drive` needs besides for such a disc; nothing for a file. */
export function doorOptions(image: string): string {
  return image.startsWith('nbd+unix:') ? `,file.reconnect-delay=${RECONNECT_SECONDS}` : '';
}

/**
 * Serves a file to the VM by a unix socket while it is being downloaded to `path`: what has not come is fetched when the VM reads
 * it. Repeat it every few seconds: it starts again what has died, and serves the file itself once it is whole.
 * @param file `bytes` is a multiple of 2048
 */
export function openDoor(file: { path: string; bytes: number }): Command<DoorState> {
  return scriptCommand({
    script: openDoorScript,
    args: [file.path, `${file.bytes}`],
    timeoutMs: 60_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      const said = firstLine(sections, 'door');
      return {
        door: said === 'open' || said === 'missing' ? said : 'failed',
        error: outputTail(linesOf(sections, 'door').slice(1).join('\n')),
        download: parseDownload(sections),
      };
    },
  });
}

/**
 * How an ISO boots, by requests for just the sectors that tell it, once its download was started.
 * The parser throws XepaError `iso-unusable` where its server does not give them.
 */
export function peekHead(path: string): Command<IsoHead> {
  return scriptCommand({
    script: peekScript,
    args: [path],
    timeoutMs: 180_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      const descriptors = hexOf(sections, 'descriptors');
      if (descriptors.length === 0) throw notGiven(outputTail(linesOf(sections, 'error').join('\n')));
      return parseIsoHead(descriptors, hexOf(sections, 'catalogue'));
    },
  });
}

function notGiven(error: string): XepaError {
  return new XepaError('iso-unusable', {
    message: `the head of the ISO could not be read: ${error}`,
    userMessage: `The beginning of the ISO could not be read from its server: ${error || 'it gave no answer'}.`,
    retry: 'backoff',
  });
}
