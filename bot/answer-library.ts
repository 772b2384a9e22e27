import { readdir, readFile, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { AnswerFile, AnswerKind } from '../core/contracts/answer.ts';
import { XepaError } from '../core/errors.ts';
import { type ReadAnswer, readAnswer } from './answer-kind.ts';

/** Answer files that the operator keeps in a folder. */
export interface AnswerLibrary {
  /** All of them with their kind, or with what is wrong. @throws XepaError bad-config when the folder cannot be read */
  list(): Promise<LibraryAnswer[]>;
  /** What lies there under a name at this moment; null when nothing does. @throws XepaError bad-config */
  read(name: string): Promise<ReadAnswer | null>;
}

export type LibraryAnswer = { name: string; kind: AnswerKind } | { name: string; fault: string };

/** Larger ones are not even read. */
const MOST_BYTES = 1024 * 1024;
const namePattern = /^[a-z0-9][a-z0-9._-]{0,59}$/i;

/**
 * A file is named without its last extension; a folder holds cloud-init's files by their own names. Names with a dot in
 * front are passed over: that is how Kubernetes mounts a Secret.
 * @param folder null: there is no library
 */
export function createAnswerLibrary(folder: string | null): AnswerLibrary {
  const entries = async (): Promise<Map<string, string[]>> => {
    const found = new Map<string, string[]>();
    if (folder === null) return found;
    const names = await readdir(folder).catch((cause: unknown) => {
      throw unreadable(folder, cause);
    });
    for (const file of names.filter((name) => !name.startsWith('.')).sort()) {
      const name = parse(file).name;
      if (namePattern.test(name)) found.set(name, [...(found.get(name) ?? []), join(folder, file)]);
    }
    return found;
  };
  const readEntry = async (paths: readonly string[]): Promise<ReadAnswer> => {
    const [path, other] = paths;
    if (path === undefined || other !== undefined) return { fault: 'several files have that name.' };
    const files = await filesAt(path).catch(() => null);
    return files === null ? { fault: 'it cannot be read, or is far too large.' } : readAnswer(files);
  };
  return {
    async list() {
      const all = [...(await entries())];
      return Promise.all(
        all.map(async ([name, paths]) => {
          const read = await readEntry(paths);
          return 'fault' in read ? { name, fault: read.fault } : { name, kind: read.kind };
        }),
      );
    },
    async read(name) {
      const paths = (await entries()).get(name);
      return paths === undefined ? null : readEntry(paths);
    },
  };
}

/** Null where something is too large to be an answer. */
async function filesAt(path: string): Promise<AnswerFile[] | null> {
  const isFolder = (await stat(path)).isDirectory();
  const names = isFolder ? (await readdir(path)).filter((name) => !name.startsWith('.')) : [parse(path).base];
  const files: AnswerFile[] = [];
  for (const name of names) {
    const file = isFolder ? join(path, name) : path;
    const about = await stat(file);
    if (!about.isFile() || about.size > MOST_BYTES) return null;
    files.push({ name, text: await readFile(file, 'utf8') });
  }
  return files;
}

function unreadable(folder: string, cause: unknown): XepaError {
  const text = `The folder of answer files, ${folder}, cannot be read. Check XEPA_ANSWERS_DIR, and that the bot may read it.`;
  return new XepaError('bad-config', { message: text, userMessage: text, cause });
}
