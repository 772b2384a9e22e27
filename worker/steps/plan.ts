import { XepaError } from '../../core/errors.ts';
import { planInstall } from '../host/plan.ts';
import { done, type Step } from '../saga/step.ts';
import { need, type StepDeps } from './deps.ts';

/** Decides which hardware goes into the VM and how. Pure; refuses with every reason at once. */
export function planStep(deps: Pick<StepDeps, 'settings'>): Step {
  return {
    name: 'plan',
    timeoutMs: 60_000,
    attempts: 1,
    async run({ record }) {
      const survey = need(record.facts.survey, 'survey');
      const planned = planInstall({ survey, request: record.request, limits: deps.settings.limits });
      if ('plan' in planned) return done({ plan: planned.plan });
      throw new XepaError('device-unfit', {
        message: `refused: ${planned.refusals.join(' | ')}`,
        userMessage: `${record.device.name} cannot be installed this way. ${planned.refusals.join(' ')}`,
      });
    },
  };
}
