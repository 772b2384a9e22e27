import type { InstallRecord } from '../../core/contracts/install.ts';
import { XepaError } from '../../core/errors.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { armDeadMan } from '../host/dead-man.ts';
import { need, runDir, type StepDeps } from './deps.ts';

/**
 * Starts the device's dead-man timer, unless it runs.
 * @throws XepaError device-unfit when it does not run then
 */
export async function armTimer(
  deps: Pick<StepDeps, 'settings'>,
  record: InstallRecord,
  { shell, signal }: { shell: HostShell; signal: AbortSignal },
): Promise<void> {
  const { previous, deadManSeconds: seconds } = need(record.facts.bind, 'bind');
  const reboot = deps.settings.deadManReboot;
  const timer = await shell.exec(armDeadMan({ dir: runDir(record), seconds, previous, reboot }), signal);
  if (!timer.armed) throw notArmed();
}

function notArmed(): XepaError {
  return new XepaError('device-unfit', {
    message: 'the dead-man timer does not run after it was armed',
    userMessage:
      'The safety timer did not start on the server, so its hardware was not touched. Has its memory file system room left?',
    retry: 'backoff',
  });
}
