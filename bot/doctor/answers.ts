import { type Check, type Finding, fail, ok, skipped } from '../../core/doctor/check.ts';
import { toXepaError } from '../../core/errors.ts';
import { type AnswerLibrary, createAnswerLibrary, type LibraryAnswer } from '../answer-library.ts';

/** Whether every file in the folder of answer files is one. @param folder as it is set */
export function answersCheck(folder: string | undefined): Check {
  return { part: 'isos', name: 'answer files', limitMs: 5_000, run: () => look(folder) };
}

async function look(folder: string | undefined): Promise<Finding> {
  if (folder === undefined) return skipped('`XEPA_ANSWERS_DIR` is not set: there is no library of answer files');
  const list = await listOf(createAnswerLibrary(folder));
  return typeof list === 'string' ? fail(list, 'Correct the path or its permissions') : judgeAnswers(list);
}

async function listOf(library: AnswerLibrary): Promise<LibraryAnswer[] | string> {
  return library.list().catch((error: unknown) => toXepaError(error).userMessage);
}

/** What is wrong is named with its file; what is in it is not repeated. */
export function judgeAnswers(list: readonly LibraryAnswer[]): Finding {
  const faults = list.flatMap((answer) => ('fault' in answer ? [`${answer.name}: ${answer.fault}`] : []));
  if (faults.length > 0) {
    const more = faults.length > 3 ? ` And ${faults.length - 3} more.` : '';
    return fail(`${faults.slice(0, 3).join(' ')}${more}`, 'Correct them: until then nobody can install with them');
  }
  const kinds = list.map((answer) => ('kind' in answer ? `${answer.name} (${answer.kind})` : answer.name));
  return ok(kinds.length === 0 ? 'the folder is empty' : `${kinds.length}: ${kinds.slice(0, 10).join(', ')}`);
}
