import { occurs } from './pattern.ts';
import type { Rule } from './schema.ts';

/** What the rules have against a reason, a sentence each. Null stands for no reason at all. */
export function reasonObstacles(rules: readonly Rule[], given: string | null): string[] {
  const text = given?.trim() ?? '';
  return rules.flatMap(({ name, reason }) => {
    if (!reason) return [];
    const problem = shortOf(text, reason.min ?? 1) ?? unlike(text, reason.pattern);
    return problem === null
      ? []
      : [`Rule ${name} wants a reason ${problem}.${reason.hint ? ` ${full(reason.hint)}` : ''}`];
  });
}

/** Characters as people count them. Null: long enough. */
export function shortOf(text: string, min: number): string | null {
  const length = [...text.trim()].length;
  if (length >= min) return null;
  const least = `of at least ${min} character${min === 1 ? '' : 's'}`;
  return length === 0 ? `${least}, and there is none` : `${least}; this one has ${length}`;
}

function unlike(text: string, pattern: string | undefined): string | null {
  if (pattern === undefined) return null;
  const found = occurs(pattern, text);
  if (found === 'yes') return null;
  return found === 'no'
    ? `in which the pattern ${pattern} occurs`
    : `that its pattern ${pattern} can be checked on in time; whoever keeps the policy has to make that pattern simpler`;
}

function full(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
