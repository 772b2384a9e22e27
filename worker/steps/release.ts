import { XepaError } from '../../core/errors.ts';
import { forgetKey } from '../host/forget-key.ts';
import { done, type Step, type StepContext } from '../saga/step.ts';
import { need, providerOf, type StepDeps } from './deps.ts';
import { keyLabel } from './rescue.ts';
import { takeBackLifeline } from './take-back-lifeline.ts';

/** Tries to reach a rescue system that stays before its key is left to its next restart. */
const PATIENCE = 3;

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
      const unfinished = await takeBackLifeline(deps, context);
      if (unfinished) return unfinished;
      if (record.facts.stays) await forgetOnDevice(deps, context);
      // A key in the rescue's memory went with the rescue, or has just been taken out of it.
      if (provider.capabilities.keyDelivery === 'registered-key')
        await provider.removeKey(record.device.id, keyLabel(record.id), signal);
      deps.shells.drop(record.id);
      await context.save({}, {});
      await deps.leases.release(record.device, record.id);
      return done();
    },
  };
}

/** The rescue system stays, our key does not. Refused means that it is gone; so does another system that answers. */
async function forgetOnDevice(deps: StepDeps, context: StepContext): Promise<void> {
  const { record, signal, entry } = context;
  if (record.sealed.sshKey === undefined) return;
  try {
    const shell = await deps.shells.shellOf(record, signal);
    await shell.exec(forgetKey(need(record.facts.rescue, 'rescue').publicKey), signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof XepaError)) throw error;
    const gone = error.code === 'not-allowed' || error.code === 'host-key-changed';
    if (!gone && entry.failures < PATIENCE) throw error;
  }
}
