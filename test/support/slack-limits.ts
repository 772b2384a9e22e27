import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A limit that a documentation comment of `@slack/types` states. */
export interface Stated {
  /** "HeaderBlock.text"; a second limit that is about each item has `[]` behind it. */
  name: string;
  min?: number;
  max?: number;
}

interface Comment {
  name: string;
  text: string;
}

const files = [
  'block-kit/blocks',
  'block-kit/block-elements',
  'block-kit/composition-objects',
  'block-kit/extensions',
  'views',
];
const folder = dirname(fileURLToPath(import.meta.resolve('@slack/types')));

/** Every limit that the installed `@slack/types` states. */
export function statedLimits(): Stated[] {
  return comments().flatMap(({ name, text }) => limitsOf(name, text).stated);
}

/** Figures in its comments that no pattern here reads, as "Interface.property: figure". */
export function unreadFigures(): string[] {
  return comments().flatMap(({ name, text }) => limitsOf(name, text).unread.map((figure) => `${name}: ${figure}`));
}

function comments(): Comment[] {
  return files.flatMap((file) => commentsOf(readFileSync(join(folder, `${file}.d.ts`), 'utf8')));
}

/** Each comment with the interface or property that it stands in front of. */
export function commentsOf(source: string): Comment[] {
  const token = /(\/\*\*[\s\S]*?\*\/)|^(?:export )?(?:interface|type) (\w+)|^\s+(\w+)\??:|([{}])/gm;
  const found: Comment[] = [];
  const path: string[] = [];
  let doc = '';
  let last = '';
  for (const [, comment, top, property, brace] of source.matchAll(token)) {
    if (comment) doc = comment;
    if (brace === '{') path.push(last);
    if (brace === '}') path.pop();
    const name = top ?? property;
    if (!name) continue;
    last = name;
    if (doc) found.push({ name: [...path, name].join('.'), text: clean(doc) });
    doc = '';
  }
  return found;
}

/** The sentences alone: no markup, no links, no examples, no tags but `@description`. */
function clean(comment: string): string {
  return comment
    .replace(/^\s*\/?\*+\/?|\*\/$/gm, '')
    .replace(/\{@link (?:https?:\S+)? ?([^}]*)\}/g, '$1')
    .replace(/@(?:see|example|deprecated)\b[^@]*/g, '')
    .replace(/@description:?/g, '')
    .replace(/https?:\S+/g, '')
    .replaceAll('`', '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** How limits are worded there. Each pattern takes what it read out of the sentence. */
const wordings: [RegExp, (figures: number[]) => Omit<Stated, 'name'>][] = [
  [/between (\d+) and (\d+)/i, ([min, max]) => only({ min, max })],
  [/from (\d+) \(default\) to (\d+)/i, ([min, max]) => only({ min, max })],
  [/less than (\d+)/i, ([end = 0]) => ({ max: end - 1 })],
  [/up to (\d+)/i, ([max]) => only({ max })],
  [/(?:max(?:imum)?|limit)\b[^.\d]*?(\d[\d,]*)/i, ([max]) => only({ max })],
  [/min(?:imum)?\b[^.\d]*?(\d+)/i, ([min]) => only({ min })],
];

function only(range: { min?: number | undefined; max?: number | undefined }): Omit<Stated, 'name'> {
  return Object.fromEntries(Object.entries(range).filter(([, figure]) => figure !== undefined));
}

/** Exported for its own test: what one comment states, in the order of its sentences. */
export function limitsOf(name: string, text: string): { stated: Stated[]; unread: string[] } {
  const stated = new Map<string, Stated>();
  const unread: string[] = [];
  for (const sentence of text.split(/(?<=[.!?])\s+/)) {
    const whose = /\beach (?:item|row)\b/i.test(sentence) ? `${name}[]` : name;
    let rest = sentence.replace(/\bdefaults? to \d+/gi, '');
    for (const [wording, read] of wordings) {
      const match = rest.match(wording);
      if (!match) continue;
      const figures = match.slice(1).map((figure) => Number(figure.replaceAll(',', '')));
      stated.set(whose, { ...stated.get(whose), name: whose, ...read(figures) });
      rest = rest.replace(wording, '');
    }
    unread.push(...(rest.match(/(?<![\w.])\d[\w.,:]*/g) ?? []));
  }
  return { stated: [...stated.values()], unread };
}
