import { answerDigest } from '../core/answers/sealed-answer.ts';
import type { AnswerFile, AnswerRequest } from '../core/contracts/answer.ts';
import { type ReadAnswer, readAnswer } from './answer-kind.ts';
import type { AnswerLibrary } from './answer-library.ts';
import { badInput } from './bad-input.ts';
import { nearest } from './did-you-mean.ts';
import { code } from './text.ts';
import { maskedAnswer } from './views/answer-mask.ts';

/** An answer file as everybody may see it, and what is in it. */
export interface GivenAnswer {
  request: AnswerRequest;
  files: AnswerFile[];
}

/**
 * The answer file that was named, or typed into the form; undefined where neither was.
 * @throws XepaError bad-input that says what is wrong and never repeats what is in it
 */
export async function resolveAnswer(
  wish: { answer?: string | undefined; answerText?: string | undefined },
  library: AnswerLibrary,
): Promise<GivenAnswer | undefined> {
  const { answer, answerText } = wish;
  if (answer !== undefined && answerText !== undefined) {
    throw badInput('Two answer files were given: one by its name and one typed in. Leave one of them out.');
  }
  if (answerText !== undefined) {
    // A form takes the end of the last line away, and some readers want it.
    return given('typed', readAnswer([{ name: 'typed', text: `${answerText.trimEnd()}\n` }]), 'typed');
  }
  if (answer === undefined) return undefined;
  const read = await library.read(answer);
  if (read === null) throw await unknownName(answer, library);
  return given(answer, read, `${code(answer, 60)}`);
}

function given(name: string, read: ReadAnswer, shown: string): GivenAnswer {
  if ('fault' in read) {
    const which = shown === 'typed' ? 'The answer file that was typed in' : `The answer file ${shown}`;
    throw badInput(`${which} cannot be used: ${read.fault}`);
  }
  const { kind, files } = read;
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  return {
    request: { name, kind, sha256: answerDigest(files), bytes, preview: maskedAnswer(kind, files) },
    files,
  };
}

async function unknownName(typed: string, library: AnswerLibrary) {
  const names = (await library.list()).map(({ name }) => name);
  if (names.length === 0) {
    return badInput(
      'There are no answer files: the operator keeps them in the folder that `XEPA_ANSWERS_DIR` names. The form of `/xepa install` takes one that is typed in.',
    );
  }
  const near = nearest(typed, names);
  const hint = near ? ` Did you mean ${code(near)}?` : '';
  const known = names.slice(0, 20).map((name) => code(name));
  return badInput(`There is no answer file ${code(typed, 60)}.${hint} Known: ${known.join(', ')}.`);
}
