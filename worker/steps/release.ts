import { done, type Step } from '../saga/step.ts';
import { providerOf, type StepDeps } from './deps.ts';
import { keyLabel } from './rescue.ts';

/** Deletes the install's key and secrets and gives the device free. */
export function releaseStep(deps: StepDeps): Step {
  return {
    name: 'release',
    timeoutMs: 24 * 3_600_000,
    attempts: 20,
    outageMs: 24 * 3_600_000,
    async run(context) {
      const { record, signal } = context;
      const provider = providerOf(deps, record);
      // A key in the rescue's memory went with the rescue.
      if (provider.capabilities.keyDelivery === 'registered-key')
        await provider.removeKey(record.device.id, keyLabel(record.id), signal);
      deps.shells.drop(record.id);
      await context.save({}, {});
      await deps.leases.release(record.device, record.id);
      return done();
    },
  };
}
