import { answerFault, answerFileNames } from '../core/answers/check-answer.ts';
import { isPlaceholder, placeholders, placeholdersIn } from '../core/answers/placeholders.ts';
import type { AnswerFile, AnswerKind } from '../core/contracts/answer.ts';

/** Files that are an answer, or a sentence in plain text that says why they are none. */
export type ReadAnswer = { kind: AnswerKind; files: AnswerFile[] } | { fault: string };

/** Slack and a record bear that much; an answer file that is larger is a script that belongs on a server. */
const MOST_BYTES = 64 * 1024;

/**
 * Finds out who reads a file by what is in it, and checks it as far as that can be done without its reader.
 * @param files one file of any name, or cloud-init's by their own names
 */
export function readAnswer(files: readonly AnswerFile[]): ReadAnswer {
  const main = files.find(({ name }) => name === 'user-data') ?? files[0];
  if (!main) return { fault: 'it is empty.' };
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (bytes > MOST_BYTES) return { fault: `it has ${Math.ceil(bytes / 1024)} KB, and at most 64 KB are taken.` };
  const kind = kindOf(main.text);
  if (kind === null) return { fault: unknownKind };
  const named = files.length > 1 ? [...files] : [{ name: answerFileNames[kind][0], text: main.text }];
  const stranger = named.find(({ name }) => !answerFileNames[kind].includes(name));
  if (stranger)
    return { fault: `${stranger.name} is no file of a ${kind} answer: ${answerFileNames[kind].join(', ')}.` };
  const fault = answerFault(kind, named) ?? placeholderFault(named);
  return fault === null ? { kind, files: named } : { fault };
}

const unknownKind =
  'it is of no kind that is known: cloud-init or autoinstall (first line #cloud-config), kickstart, preseed (lines "owner name type value") or autounattend.xml.';

function kindOf(text: string): AnswerKind | null {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (/^#cloud-config\b/.test(start)) return /^autoinstall:/m.test(start) ? 'autoinstall' : 'cloud-init';
  if (start.startsWith('<')) return 'windows';
  if (/^[\w.-]+[ \t]+[\w.+-]+\/\S+[ \t]+(string|boolean|select|multiselect|password|note|seen)\b/m.test(start))
    return 'preseed';
  const kickstart =
    /^(%packages|%post|%pre|rootpw|clearpart|autopart|part|url|cdrom|ostreesetup|bootloader|timezone|keyboard)\b/m;
  return kickstart.test(start) ? 'kickstart' : null;
}

function placeholderFault(files: readonly AnswerFile[]): string | null {
  const unknown = placeholdersIn(files).filter((name) => !isPlaceholder(name));
  if (unknown.length === 0) return null;
  const names = unknown.slice(0, 5).map((name) => `{{${name.slice(0, 60)}}}`);
  const known = Object.keys(placeholders).map((name) => `{{${name}}}`);
  return `XEPA does not know ${names.join(', ')}. Known are ${known.join(', ')}.`;
}
