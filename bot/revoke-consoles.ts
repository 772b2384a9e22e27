import { revocation } from '../core/console-revocation.ts';
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
  const by = slackActor(asker);
  const at = deps.clock.now();
  // Written before it is done: a crash in between leaves a line too many, never one too few.
  await deps.store.update(record.id, (current) => revocation(current, by, at));
  await deps.tickets.revokeAll(record.id);
  await asker.tell(consolesRevoked(record));
}
