import { bootInto } from '../deferred-work.ts';
import type { OvhAccount, OvhServer, OvhTask } from './account.ts';

/** Carries a reboot out. What is booted is decided at the boot. */
export async function restart(account: OvhAccount, server: OvhServer, task: OvhTask): Promise<void> {
  if (server.failsToRestart) {
    task.status = 'ovhError';
    return;
  }
  task.status = 'doing';
  const rescue = account.bootOf(server)?.bootType === 'rescue';
  server.authorise(rescue && server.settings.rescueSshKey !== null ? [server.settings.rescueSshKey] : []);
  const went = await bootInto(server.machine, rescue ? 'rescue' : 'disk');
  task.status = went ? 'done' : 'ovhError';
}
