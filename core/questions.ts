import { isPastCancelling } from './console-round.ts';
import type { Actor } from './contracts/actor.ts';
import type { InstallRecord } from './contracts/install.ts';
import type { Answer, AnswerKind, Question } from './contracts/question.ts';
import type { Change } from './install-store.ts';

/** The question that people may answer now; null where none is open. */
export function openQuestion(record: InstallRecord): Question | null {
  const question = currentQuestion(record);
  return question && record.answer?.n !== question.n ? question : null;
}

/** What was said to the question that the install waits with; null while nobody has. */
export function answerNow(record: InstallRecord): Answer | null {
  const question = currentQuestion(record);
  return question && record.answer?.n === question.n ? record.answer : null;
}

/** Keeps what somebody says. Null when that question was answered already, is no longer open, or does not take this answer. */
export function answerQuestion(
  record: InstallRecord,
  said: { n: number; kind: AnswerKind },
  { by, at }: { by: Actor; at: number },
): Change | null {
  const question = openQuestion(record);
  if (!question || question.n !== said.n || !question.answers.includes(said.kind)) return null;
  const note = { type: 'question-answered', actor: by, detail: { question: question.kind, answer: said.kind } };
  return { record: { ...record, answer: { ...said, by, at } }, note };
}

function currentQuestion(record: InstallRecord): Question | null {
  const { question } = record.facts;
  if (record.phase !== 'forward' || !question || question.step !== record.at) return null;
  // Somebody cancels before the restart: that goes before any answer.
  return record.cancel && !isPastCancelling(record) ? null : question;
}
