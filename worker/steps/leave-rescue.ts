import type { StepContext } from '../saga/step.ts';
import { need, providerOf, type StepDeps } from './deps.ts';

/**
 * Restarts the device from its disk, once: what marks "before" is saved before the provider is asked, so that a
 * second call after a crash finds the first one in the provider's history.
 */
export async function leaveRescue(deps: StepDeps, context: StepContext): Promise<void> {
  const provider = providerOf(deps, context.record);
  const deviceId = context.record.device.id;
  if (!context.record.facts.boot) {
    const { marker } = await provider.getServer(deviceId, context.signal);
    await context.save({ boot: { requestedAt: context.now(), marker } });
  }
  const { marker } = need(context.record.facts.boot, 'boot');
  const { saved } = need(context.record.facts.reserve, 'reserve');
  deps.shells.drop(context.record.id);
  await provider.leaveRescue(deviceId, { marker, saved }, context.signal);
}
