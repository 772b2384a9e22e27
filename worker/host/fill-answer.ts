import { answerFault } from '../../core/answers/check-answer.ts';
import { isPlaceholder, placeholdersIn, replacePlaceholders } from '../../core/answers/placeholders.ts';
import type { AnswerFile, AnswerKind } from '../../core/contracts/answer.ts';
import { type AnswerFacts, answerValues } from './answer-values.ts';

/** The files as the installer gets them, or every reason why they cannot be made, a sentence each. */
export type FilledAnswer = { files: AnswerFile[] } | { refusals: string[] };

/** Fills an answer file with what is known of this server, and checks that it is still what it was before. */
export function fillAnswer(
  answer: { kind: AnswerKind; files: readonly AnswerFile[] },
  facts: AnswerFacts,
): FilledAnswer {
  const { kind, files } = answer;
  const values = answerValues(facts);
  const refusals = placeholdersIn(files).flatMap((name) => {
    if (!isPlaceholder(name)) return [`The answer file names {{${name}}}, which XEPA does not know.`];
    const value = values[name];
    return typeof value === 'string' ? [] : [`The answer file needs {{${name}}}, but ${value.missing}.`];
  });
  if (refusals.length > 0) return { refusals };
  const valueFor = (name: string) => {
    const value = isPlaceholder(name) ? values[name] : undefined;
    return typeof value === 'string' ? written(kind, value) : undefined;
  };
  const filled = files.map(({ name, text }) => ({ name, text: replacePlaceholders(text, valueFor) }));
  const fault = answerFault(kind, filled);
  if (fault !== null) return { refusals: [`With this server's values the answer file is none any more: ${fault}`] };
  return { files: withDefaults(kind, filled, facts.hostname) };
}

/** A value must not become a part of the file's own grammar. */
function written(kind: AnswerKind, value: string): string {
  const line = value.replace(/[\r\n]+/g, ' ');
  if (kind !== 'windows') return line;
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return line.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}

/** cloud-init takes a seed only with meta-data, which says that this is a new machine. */
function withDefaults(kind: AnswerKind, files: AnswerFile[], hostname: string): AnswerFile[] {
  const seed = kind === 'cloud-init' || kind === 'autoinstall';
  if (!seed || files.some(({ name }) => name === 'meta-data')) return files;
  const name = JSON.stringify(hostname);
  return [...files, { name: 'meta-data', text: `instance-id: ${name}\nlocal-hostname: ${name}\n` }];
}
