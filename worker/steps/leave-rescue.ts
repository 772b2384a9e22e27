import { hasLeftRescue } from '../../core/console-round.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { StepContext } from '../saga/step.ts';
import { need, providerOf, type StepDeps } from './deps.ts';

/**
 * Restarts the device from its disk, once for each time in rescue: what marks "before" is saved before the provider is asked, so that a
 * second call after a crash finds the first one in the provider's history.
 */
export async function leaveRescue(deps: StepDeps, context: StepContext): Promise<void> {
  const provider = providerOf(deps, context.record);
  const deviceId = context.record.device.id;
  if (!hasLeftRescue(context.record)) {
    const { marker } = await provider.getServer(deviceId, context.signal);
    await context.save({ boot: { requestedAt: context.now(), marker, entry: entriesOf(context.record) } });
  }
  const { marker } = need(context.record.facts.boot, 'boot');
  const { saved } = need(context.record.facts.reserve, 'reserve');
  const loader = context.record.facts.handback?.loader ?? null;
  deps.shells.drop(context.record.id);
  await provider.leaveRescue(deviceId, { marker, saved, loader }, context.signal);
}

/** How often rescue was entered. */
export function entriesOf({ facts }: InstallRecord): number {
  return facts.rescue?.entries ?? 0;
}
