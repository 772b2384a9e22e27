import { answerDigest, openAnswer } from '../../core/answers/sealed-answer.ts';
import type { AnswerFile } from '../../core/contracts/answer.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import { XepaError } from '../../core/errors.ts';
import { fillAnswer } from '../host/fill-answer.ts';
import { need, type StepDeps } from './deps.ts';

type AnswerDeps = Pick<StepDeps, 'sealer' | 'settings'>;

/** SHA-256 of the answer file that lies sealed in the record, computed anew; null without one. */
export function sealedDigest(deps: Pick<StepDeps, 'sealer'>, record: InstallRecord): string | null {
  return record.request.answer ? answerDigest(filesOf(deps, record)) : null;
}

/**
 * The answer file as the installer on this server gets it; null where none was given. Nothing has been written when a
 * plan cannot be filled in.
 * @throws XepaError device-unfit with every placeholder that has no value here
 */
export function filledAnswer(deps: AnswerDeps, record: InstallRecord, plan: Plan): AnswerFile[] | null {
  const { answer, disk } = record.request;
  if (!answer) return null;
  const { address, name } = need(record.facts.reserve, 'reserve');
  const filled = fillAnswer(
    { kind: answer.kind, files: filesOf(deps, record) },
    {
      ...{ hostname: record.device.name || name, address, disk, plan },
      survey: need(record.facts.survey, 'survey'),
      passwordHash: deps.settings.passwordHash,
    },
  );
  if ('files' in filled) return filled.files;
  throw new XepaError('device-unfit', {
    message: `the answer file of ${record.id} cannot be filled: ${filled.refusals.length} reasons`,
    userMessage: filled.refusals.join(' '),
  });
}

function filesOf({ sealer }: Pick<StepDeps, 'sealer'>, record: InstallRecord): AnswerFile[] {
  return openAnswer(sealer, need(record.sealed.answer, 'answer file'), record.id);
}
