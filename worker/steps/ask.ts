import type { Facts } from '../../core/contracts/facts.ts';
import type { Question } from '../../core/contracts/question.ts';
import type { StepContext } from '../saga/step.ts';
import type { StepDeps } from './deps.ts';

/** What is asked; number and times are given to it when it is. */
export type Asked = Omit<Question, 'n' | 'askedAt' | 'until'>;

/** @param more facts that belong to the question, written in the same moment */
export async function ask(deps: Pick<StepDeps, 'settings'>, context: StepContext, asked: Asked, more: Facts = {}) {
  const askedAt = context.now();
  const n = (context.record.facts.question?.n ?? 0) + 1;
  await context.save({ ...more, question: { ...asked, n, askedAt, until: askedAt + deps.settings.askMs } });
}
