import { hasLeftRescue } from '../../core/console-round.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { done, type Outcome, type StepContext } from '../saga/step.ts';
import { providerOf, type StepDeps } from './deps.ts';

/** Tries to reach a silent device before its reboot is trusted to clear what lives in its memory. */
const PATIENCE = 3;

/**
 * Runs an undo on the rescue system. Nothing is to be done when the device was never reached, or when the metal
 * has left rescue. Where the undo of `rescue` restarts the device, that clears its memory and gives the kernel its
 * drivers back: a device that does not answer, or does not let go, is left to it after a few tries.
 */
export async function undoOnDevice(
  deps: StepDeps,
  context: StepContext,
  act: (shell: HostShell) => Promise<void>,
): Promise<Outcome> {
  const { record, entry, signal } = context;
  if (!record.facts.reach || hasLeftRescue(record)) return done();
  try {
    await act(await deps.shells.shellOf(record, signal));
  } catch (error) {
    const resettable = providerOf(deps, record).capabilities.rescueEntry !== 'external';
    const stopped = signal.aborted || !(error instanceof XepaError);
    if (stopped || !resettable || entry.failures < PATIENCE) throw error;
  }
  return done();
}
