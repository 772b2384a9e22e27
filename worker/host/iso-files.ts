import { XepaError } from '../../core/errors.ts';
import type { Command } from '../../core/ssh/command.ts';
import type { IsoEntry } from './iso-directory.ts';
import { scriptCommand } from './script-command.ts';
import { extractFileScript, readSectorsScript } from './scripts/iso-files.ts';
import { firstLine, linesOf, parseSections } from './sections.ts';

const SECTOR = 2048;

/** Sectors of an image on the server. */
export function readSectors(image: string, first: number, count: number): Command<Uint8Array> {
  return scriptCommand({
    script: readSectorsScript,
    args: [image, String(first), String(count)],
    timeoutMs: 60_000,
    parse: ({ stdout }) => Buffer.from(linesOf(parseSections(stdout), 'bytes').join('').replace(/\s+/g, ''), 'hex'),
  });
}

export function readDirectory(image: string, folder: IsoEntry): Command<Uint8Array> {
  return readSectors(image, folder.at, Math.ceil(folder.size / SECTOR));
}

/**
 * Copies a file out of an image to `target`, with another file behind it where `behind` names one.
 * The parser throws XepaError `iso-unusable` when the image ends before the file does.
 */
export function extractFile(task: {
  image: string;
  target: string;
  file: IsoEntry;
  behind?: string | undefined;
}): Command<undefined> {
  const { image, target, file, behind } = task;
  return scriptCommand({
    script: extractFileScript,
    args: [image, target, String(file.at), String(file.size), behind ?? ''],
    timeoutMs: 300_000,
    parse: ({ stdout }) => {
      if (firstLine(parseSections(stdout), 'bytes') === String(file.size)) return undefined;
      const userMessage = `${file.name} cannot be copied from the ISO: it is cut short, or the server's memory is full.`;
      throw new XepaError('iso-unusable', { message: userMessage, userMessage });
    },
  });
}
