import type { InstallRecord } from '../../core/contracts/install.ts';
import type { LifelineFacts } from '../../core/contracts/lifeline.ts';
import { XepaError } from '../../core/errors.ts';
import type { LifelineMove, Provider } from '../providers/types.ts';
import type { StepContext } from '../saga/step.ts';
import { need, providerOf, type StepDeps } from './deps.ts';

/** @throws XepaError device-unfit where the provider has no second path to offer */
export function moverOf(deps: Pick<StepDeps, 'providers'>, record: InstallRecord): LifelineMove {
  return moverAt(providerOf(deps, record), record.device.name);
}

export function moverAt({ lifeline, title }: Pick<Provider, 'lifeline' | 'title'>, device: string): LifelineMove {
  if (lifeline) return lifeline;
  throw new XepaError('device-unfit', {
    message: `${title} makes no second path`,
    userMessage: `${title} offers no way to move XEPA's connection to ${device} to another port. Ask without \`--lifeline move\`.`,
  });
}

/** Writes down how far our connection has moved. */
export async function noteLifeline(context: StepContext, change: Partial<LifelineFacts>): Promise<void> {
  const lifeline = need(context.record.facts.lifeline, 'lifeline');
  await context.save({ lifeline: { ...lifeline, ...change } });
}
