import type { InstallRecord } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { stopStack, unguard } from '../host/stack.ts';
import { stackNow } from '../host/stack-now.ts';
import { survey } from '../host/survey.ts';
import type { StepContext } from '../saga/step.ts';
import { need } from './deps.ts';

/**
 * Stops what the rescue system has built on the disks, as the plan says, after one more look: it must be just that, or what is left of
 * it, and still be used by nobody.
 * @throws XepaError device-unfit, with nothing handed over
 */
export async function stopBuilt(shell: HostShell, { record, signal }: StepContext): Promise<void> {
  const plan = need(record.facts.plan, 'plan');
  if (!plan.stops) return;
  const now = stackNow(await shell.exec(survey(), signal), plan);
  if ('objections' in now) throw notAsPlanned(now.objections);
  if (now.leaving.length === 0) return;
  await shell.exec(stopStack({ installId: record.id, ...now }), signal);
}

/** From here on udev may do with the disks what it likes. What was stopped stays so. */
export async function endGuard(shell: HostShell, record: InstallRecord, signal: AbortSignal): Promise<void> {
  if (record.facts.plan?.stops) await shell.exec(unguard(record.id), signal);
}

function notAsPlanned(objections: readonly string[]): XepaError {
  return new XepaError('device-unfit', {
    message: `not stopped: ${objections.join(' | ')}`,
    userMessage: `What is built on the disk is not as it was when the plan was made, so nothing was stopped and no hardware was touched. ${objections.join(' ')} Start again for a new plan.`,
  });
}
