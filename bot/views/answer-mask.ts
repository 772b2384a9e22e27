import type { AnswerFile, AnswerKind } from '../../core/contracts/answer.ts';

const MASK = '•••';
/** What a card shows of it; whoever wants all of it has the file. */
const PREVIEW_MAX = 1_200;

const secretWord =
  'pass(?:w(?:or)?d|phrase)?|pwd|secret|token|key(?!board|map|table)|hash|credential|auth|private|chpasswd|rootpw';
const isSecretName = new RegExp(secretWord, 'i');

/**
 * An answer file to be looked at by people who need not know what is secret in it. It hides rather too much: values by the names
 * they stand under, as each kind of file has them, and everywhere what looks like a hash, a key or a token.
 */
export function maskedAnswer(kind: AnswerKind, files: readonly AnswerFile[]): string {
  const parts = files.map(({ name, text }) => {
    const masked = anywhere(byKind(kind, text.replace(/\r/g, '')));
    return files.length > 1 ? `# ${name}\n${masked.trim()}` : masked.trim();
  });
  const whole = parts.join('\n\n');
  return whole.length > PREVIEW_MAX ? `${whole.slice(0, PREVIEW_MAX)}\n…` : whole;
}

function byKind(kind: AnswerKind, text: string): string {
  switch (kind) {
    case 'windows':
      return maskedXml(text);
    case 'preseed':
      return maskedPreseed(text);
    case 'kickstart':
      return maskedKickstart(text);
    default:
      return maskedYaml(text);
  }
}

/** A key whose value is secret hides all that is indented below it. Contents of files may be anything. */
function maskedYaml(text: string): string {
  let hiddenBelow: number | null = null;
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    if (hiddenBelow !== null && (line.trim() === '' || indent > hiddenBelow || isItem(line, indent, hiddenBelow)))
      continue;
    hiddenBelow = null;
    const [, head = '', name = ''] = /^(\s*(?:- +)?["']?([\w.-]+)["']?\s*:)(?:\s|$)/.exec(line) ?? [];
    if (name !== '' && (isSecretName.test(name) || name === 'content')) {
      lines.push(`${head} ${MASK}`);
      hiddenBelow = indent;
    } else lines.push(line);
  }
  return lines.join('\n');
}

/** The items of a list may stand as far to the left as its key. */
function isItem(line: string, indent: number, key: number): boolean {
  return indent === key && line.trimStart().startsWith('- ');
}

/** Of the type `password`, or by its name; the value may go on in the next line. */
function maskedPreseed(text: string): string {
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => {
      const [, head, name = '', type] = /^(\s*\S+\s+(\S+)\s+(\S+))\s+\S/.exec(line) ?? [];
      if (head === undefined || line.trimStart().startsWith('#')) return line;
      return type === 'password' || isSecretName.test(name) ? `${head} ${MASK}` : line;
    })
    .join('\n');
}

function maskedKickstart(text: string): string {
  return text.replace(/^(\s*(?:rootpw|sshkey|sshpw)\b).*$/gm, `$1 ${MASK}`);
}

/** Elements by their names, with all that is in them; command lines, since accounts are made by them. */
function maskedXml(text: string): string {
  const names = `[\\w.:-]*(?:${secretWord}|CommandLine)[\\w.-]*`;
  const element = new RegExp(`<(${names})(\\s[^>]*)?>[\\s\\S]*?</\\1\\s*>`, 'gi');
  return text.replace(element, `<$1>${MASK}</$1>`);
}

const assignment = new RegExp(
  `((?:^|[\\s{,;"'(-])["']?[\\w-]*(?:${secretWord})[\\w-]*["']?\\s*[:=]\\s*)("[^"\\n]*"|'[^'\\n]*'|[^\\s,}]+)`,
  'gim',
);

const option = new RegExp(`(--?[\\w-]*(?:${secretWord})[\\w-]*\\s+)(?!-)\\S+`, 'gi');

/** What is secret wherever it stands. */
function anywhere(text: string): string {
  return text
    .replace(/-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/g, MASK)
    .replace(/^.*\b(?:chpasswd|net\s+user|htpasswd)\b.*$/gim, (line) => (line.includes(MASK) ? line : MASK))
    .replace(/([a-z][\w+.-]*:\/\/)[^/\s@]+@/gi, `$1${MASK}@`)
    .replace(/\b(bearer|basic)\s+\S+/gi, `$1 ${MASK}`)
    .replace(option, `$1${MASK}`)
    .replace(assignment, (whole, head: string, value: string) => (isHarmless(value) ? whole : `${head}${MASK}`))
    .replace(/\$[0-9a-z]{1,4}\$[\w./$=,+-]{8,}/gi, MASK)
    .replace(/\b(?:ssh-[a-z0-9]+|ecdsa-\S+)\s+[A-Za-z0-9+/=]{20,}/g, MASK)
    .replace(/(?<![\w/.-])[A-Za-z0-9+_=-]{32,}(?![\w/.-])/g, MASK);
}

/** Placeholders and plain switches say nothing of what is secret. */
function isHarmless(value: string): boolean {
  return value.includes(MASK) || /^["']?(?:\{\{\s*xepa\.[\w.]+\s*\}\}|true|false|yes|no)["']?$/i.test(value);
}
