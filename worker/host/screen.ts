import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { XepaError } from '../../core/errors.ts';
import type { Command } from '../../core/ssh/command.ts';
import { type Pixels, parsePpm } from './pixels.ts';
import { scriptCommand } from './script-command.ts';
import { fetchScreenScript } from './scripts/screen.ts';
import { firstLine, linesOf, parseSections } from './sections.ts';

const decompress = promisify(gunzip);
/** 2560 × 1600 pixels and more: all that the VM's graphics card can show. */
const MAX_PPM_BYTES = 16 * 1024 * 1024;

/** QMP command that writes the screen into a file on the server, as PPM: every QEMU can, and it is nothing but pixels. */
export function screendump(path: string) {
  return { execute: 'screendump', arguments: { filename: path } } as const;
}

/**
 * Takes the file of a screendump away from the server, compressed.
 * The parser throws XepaError `vm-failed` where there is none, or one that is too large.
 */
export function fetchScreen(path: string): Command<Buffer> {
  return scriptCommand({
    script: fetchScreenScript,
    args: [path, String(MAX_PPM_BYTES)],
    timeoutMs: 20_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      const size = Number(firstLine(sections, 'size'));
      if (!(size > 0 && size <= MAX_PPM_BYTES)) throw noScreen(`a file of ${size} bytes`);
      return Buffer.from(linesOf(sections, 'screen').join(''), 'base64');
    },
  });
}

/** The pixels in what was fetched. @throws XepaError vm-failed when it is anything but a screen */
export async function readScreen(compressed: Buffer): Promise<Pixels> {
  const bytes = await decompress(compressed, { maxOutputLength: MAX_PPM_BYTES }).catch((cause: unknown) => {
    throw noScreen('bytes that cannot be decompressed', cause);
  });
  const pixels = parsePpm(bytes);
  if (!pixels) throw noScreen(`${bytes.length} bytes that are no picture`);
  return pixels;
}

function noScreen(what: string, cause?: unknown): XepaError {
  return new XepaError('vm-failed', {
    message: `the screendump is ${what}`,
    userMessage: 'The server sent no usable picture of the screen.',
    retry: 'backoff',
    cause,
  });
}
