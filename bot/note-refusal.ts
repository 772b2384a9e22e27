import type { AuditNote } from '../core/contracts/audit-event.ts';
import type { Asker, BotDeps } from './deps.ts';

/** Keeps a refusal that concerns no install: one line of the log, with the same fields as an event of a trail. */
export async function noteRefusal(
  deps: Pick<BotDeps, 'log'>,
  asker: Pick<Asker, 'user' | 'channel'>,
  refusal: { what: string; reason: string },
): Promise<void> {
  const { what, reason } = refusal;
  const actor: AuditNote['actor'] = { via: 'slack', id: asker.user };
  const note: AuditNote = { type: 'refused', actor, detail: { what, reason, channel: asker.channel } };
  deps.log.warn({ audit: note }, 'a refusal that concerns no install');
}
