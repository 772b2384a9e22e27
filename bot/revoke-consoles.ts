import { revokeConsolesOf } from '../core/console-revocation.ts';
import { consoleIsOpen, type InstallRecord } from '../core/contracts/install.ts';
import { badInput } from './bad-input.ts';
import type { Asker, BotDeps } from './deps.ts';
import { authorise } from './judging.ts';
import { slackActor, stateText } from './operations.ts';
import { consolesRevoked } from './views/console-link.ts';

/** Voids every link and console session of an install and cuts its open screens; the install goes on. @throws XepaError not-allowed, bad-input */
export async function revokeConsoles(deps: BotDeps, asker: Asker, record: InstallRecord): Promise<void> {
  await authorise(deps, asker, { action: 'console-revoke', record });
  if (!consoleIsOpen(record)) throw badInput(`There is no console to close. ${stateText(record)}`);
  await revokeConsolesOf(deps, record.id, { by: slackActor(asker), at: deps.clock.now() });
  await asker.tell(consolesRevoked(record));
}
