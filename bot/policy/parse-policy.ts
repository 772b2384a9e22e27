import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { XepaError } from '../../core/errors.ts';
import { nearest } from '../did-you-mean.ts';
import { Policy } from './schema.ts';

/** Something wrong, and where in the text. */
interface Problem {
  /** Characters from the beginning of the text. */
  offset: number;
  message: string;
}

/** More would not be read, and the message must stay readable. */
const MAX_SHOWN = 30;

/**
 * Reads a policy.
 * @param file its name, for the message
 * @throws XepaError bad-config that lists everything wrong at once, each with `file:line:column`
 */
export function parsePolicy(text: string, file: string): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const complain = (problems: readonly Problem[]) => badPolicy(problems, { file, lines });
  const broken = [...document.errors, ...document.warnings].map(
    ({ pos, message }): Problem => ({ offset: pos[0], message }),
  );
  const borrowed = aliasesOf(document.contents);
  if (broken.length + borrowed.length > 0) throw complain([...broken, ...borrowed]);
  const result = Policy.safeParse(document.toJS(), { reportInput: true });
  if (result.success) return result.data;
  throw complain(result.error.issues.flatMap((issue) => problemsOf(issue, document.contents)));
}

function problemsOf(issue: z.core.$ZodIssue, root: Node | null): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code !== 'unrecognized_keys') {
    return [{ offset: placeOf(root, path), message: `${named(path)}${sentence(issue)}` }];
  }
  return issue.keys.map((key) => {
    const near = nearest(key, issue.message.split(' '));
    const hint = near ? `did you mean \`${near}\`?` : `known here: ${issue.message.split(' ').join(', ')}`;
    return { offset: placeOf(root, [...path, key], 'key'), message: `\`${key.slice(0, 60)}\` is unknown; ${hint}` };
  });
}

/** What zod says of a wrong type or value, in our words; our own messages already are. */
function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid')) return `must be ${kindOf(issue.expected)}`;
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid')) {
    const values = issue.values.map(String);
    const near = typeof issue.input === 'string' ? nearest(issue.input, values) : undefined;
    return `must be ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}${near ? `; did you mean ${near}?` : ''}`;
  }
  return issue.message;
}

function kindOf(expected: string): string {
  const words: Record<string, string> = { object: 'a map of keys', array: 'a list', string: 'text', int: 'a number' };
  return words[expected] ?? `a ${expected}`;
}

function named(path: readonly (string | number)[]): string {
  const name = path.findLast((part) => typeof part === 'string');
  const item = path.at(-1);
  if (name === undefined) return 'the policy ';
  return typeof item === 'number' ? `\`${name}\`, item ${item + 1}, ` : `\`${name}\` `;
}

/** Where something stands; what is missing is looked for where it belongs. */
function placeOf(root: Node | null, path: readonly (string | number)[], want: 'key' | 'value' = 'value'): number {
  let node: unknown = root;
  let offset = startOf(root);
  for (const [depth, part] of path.entries()) {
    const isLast = depth === path.length - 1;
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && String(key.value) === part) : undefined;
    const next = isSeq(node) && typeof part === 'number' ? node.items[part] : pair?.value;
    const key = pair && isLast && (want === 'key' || !isFilled(next)) ? pair.key : undefined;
    offset = startOf(key) || startOf(next) || offset;
    node = next;
  }
  return offset;
}

/** An empty value stands nowhere: its key is shown instead. */
function isFilled(node: unknown): boolean {
  return !(isScalar(node) && node.value === null && node.source === '');
}

function startOf(node: unknown): number {
  const place = isMap(node) || isSeq(node) || isScalar(node) ? node.range : undefined;
  return place?.[0] ?? 0;
}

/** A place that means another place reads as one thing and says another: a policy has no aliases. */
function aliasesOf(root: Node | null): Problem[] {
  const found: Problem[] = [];
  visit(root, (_key, node) => {
    if (!isPair(node) && isAlias(node)) {
      found.push({
        offset: node.range?.[0] ?? 0,
        message: 'aliases (*name) are not allowed here; text that begins with * needs quotes',
      });
    }
  });
  return found;
}

function badPolicy(problems: readonly Problem[], at: { file: string; lines: LineCounter }): XepaError {
  const sorted = problems.toSorted((a, b) => a.offset - b.offset);
  const shown = sorted.slice(0, MAX_SHOWN).map(({ offset, message }) => {
    const { line, col } = at.lines.linePos(offset);
    return `  ${at.file}:${line}:${col}: ${message}`;
  });
  const rest = sorted.length > MAX_SHOWN ? [`  … and ${sorted.length - MAX_SHOWN} more`] : [];
  const text = ['The policy cannot be used:', ...shown, ...rest, 'docs/policy.md explains every key.'].join('\n');
  return new XepaError('bad-config', { message: text, userMessage: text });
}
