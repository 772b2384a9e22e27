import { bootInto } from '../deferred-work.ts';
import type { RobotAccount, RobotServer } from './account.ts';

/** Carries a reset out. What is booted is decided at the boot. */
export async function restart(account: RobotAccount, server: RobotServer): Promise<void> {
  const activation = account.activation(server);
  server.armed = false;
  server.authorise(activation?.authorized.map(({ data }) => data) ?? []);
  // A machine that breaks stays off; nothing in this API tells.
  await bootInto(server.machine, activation ? 'rescue' : 'disk');
  // From now on its host keys can be published: those of the boot before are gone.
  if (activation) activation.used = true;
}
