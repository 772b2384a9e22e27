import { type Command, ignoreOutput } from '../../core/ssh/command.ts';
import { scriptCommand } from './script-command.ts';
import { finishUploadScript, uploadStateScript } from './scripts/upload.ts';
import { firstLine, parseSections } from './sections.ts';

/** An upload under way. `bytes` is null when it is not there; `idleSeconds`: since somebody wrote to it. */
export interface UploadState {
  bytes: number | null;
  idleSeconds: number;
}

/** Makes the file that an upload grows in. Nobody writes to one that is not there. */
export function beginUpload(file: string): Command<undefined> {
  const argv = ['sh', '-c', 'umask 077; : >"$1"', 'sh', file];
  return { argv, timeoutMs: 30_000, parse: ignoreOutput };
}

export function uploadState(file: string): Command<UploadState> {
  return scriptCommand({
    script: uploadStateScript,
    args: [file],
    timeoutMs: 30_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      const bytes = firstLine(sections, 'bytes');
      return { bytes: bytes === '' ? null : Number(bytes), idleSeconds: Number(firstLine(sections, 'idle')) || 0 };
    },
  });
}

/**
 * Puts a whole upload in its place, if it has the digest that it must have; else nothing of it is left. Reads all of it.
 * @returns what it has, `sha256` is empty when there was none; and its size once it is in its place
 */
export function finishUpload(upload: {
  file: string;
  path: string;
  sha256: string;
}): Command<{ sha256: string; bytes: number }> {
  return scriptCommand({
    script: finishUploadScript,
    args: [upload.file, upload.path, upload.sha256],
    timeoutMs: 1_200_000,
    parse: (output) => {
      const sections = parseSections(output.stdout);
      return { sha256: firstLine(sections, 'sha256'), bytes: Number(firstLine(sections, 'bytes')) || 0 };
    },
  });
}
