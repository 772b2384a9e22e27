import type { InstallRecord } from '../core/contracts/install.ts';
import { WISH_MS, type Wish } from '../core/wishes.ts';
import type { Asker, BotDeps } from './deps.ts';
import { slackActor } from './operations.ts';

/**
 * Asks whichever worker has the install to look at its VM now. The answer comes by way of Redis and a notice; the
 * second notice, for the case that none comes, is sent off beforehand, so that no process has to live that long.
 * @throws XepaError conflict when too many ask at once
 */
export async function askWorker(
  deps: Pick<BotDeps, 'wishes' | 'store' | 'notices' | 'installQueue'>,
  asker: Asker,
  record: InstallRecord,
  wish: Pick<Wish, 'what' | 'lines' | 'step' | 'asFile'>,
): Promise<void> {
  const { nonce } = await deps.wishes.add(record.id, { ...wish, by: asker.user, channel: asker.channel });
  await deps.notices.sendLater({ installId: record.id, rev: 0 }, WISH_MS);
  // A worker that is just putting the install to sleep sees that the record has changed, and looks again.
  await deps.store.note(record.id, { type: `${wish.what}-asked`, actor: slackActor(asker), detail: { wish: nonce } });
  await deps.installQueue.wake(record.id);
}
