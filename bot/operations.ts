import type { Actor } from '../core/contracts/actor.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import { isFinal } from '../core/contracts/install.ts';
import { cancelInstall } from '../core/decisions.ts';
import type { Change } from '../core/install-store.ts';
import type { Asker, BotDeps } from './deps.ts';
import { authorise } from './judging.ts';
import { plain } from './text.ts';
import { headline } from './views/headline.ts';
import { sentence } from './views/message.ts';
import { idText } from './views/subject.ts';

/** Somebody in Slack, as records and the audit trail name them. */
export function slackActor(asker: Asker): Actor {
  return { via: 'slack', id: asker.user };
}

/** Cancels for that person, from the command or the button. @throws XepaError not-allowed */
export async function cancelFor(deps: BotDeps, asker: Asker, record: InstallRecord): Promise<void> {
  await authorise(deps, asker, { action: 'cancel', record });
  const by = slackActor(asker);
  const { changed, now } = await change(deps, record.id, (current) => cancelInstall(current, by, deps.clock.now()));
  if (!changed) return asker.tell(sentence(`There is nothing to cancel any more. ${stateText(now)}`));
  if (isFinal(now)) await deps.store.markEnded(now.id);
  else await deps.installQueue.wake(now.id);
  await asker.tell(sentence(`${idText(now)} is being cancelled; its message shows what is put back.`));
}

/** Applies a decision by compare-and-set, and tells whether it was this call that changed the record. */
export async function change(
  deps: Pick<BotDeps, 'store'>,
  id: string,
  decide: (current: InstallRecord) => Change | null,
): Promise<{ changed: boolean; now: InstallRecord }> {
  let changed = false;
  const now = await deps.store.update(id, (current) => {
    const next = decide(current);
    changed = next !== null;
    return next;
  });
  return { changed, now };
}

/** "web-07 is at: Installed." */
export function stateText(record: InstallRecord): string {
  const { emoji, word } = headline(record);
  return `${idText(record)} of ${plain(record.device.name)} is at: ${emoji} ${word}.`;
}
