import { AnswerKind } from '../../core/contracts/question.ts';
import { answerFor } from '../answering.ts';
import { answerIds } from '../views/question-buttons.ts';
import type { Action } from './action.ts';

/** A button for each answer to what the worker asks. The number of the question is that of the button. */
export const answerActions: readonly Action[] = AnswerKind.options.map((kind) => ({
  id: answerIds[kind],
  run: (deps, asker, record, n) => answerFor(deps, asker, { record, kind, n }),
}));
