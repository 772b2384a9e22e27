import type { InstallRecord } from '../core/contracts/install.ts';
import { putWish } from '../core/put-wish.ts';
import type { Wish } from '../core/wishes.ts';
import type { Asker, BotDeps } from './deps.ts';
import { slackActor } from './operations.ts';

/**
 * Asks whichever worker has the install to look at its VM now.
 * @throws XepaError conflict when too many ask at once
 */
export async function askWorker(
  deps: Pick<BotDeps, 'wishes' | 'store' | 'notices' | 'installQueue'>,
  asker: Asker,
  record: InstallRecord,
  wish: Pick<Wish, 'what' | 'lines' | 'step' | 'asFile'>,
): Promise<void> {
  await putWish(deps, record.id, { ...wish, by: asker.user, channel: asker.channel }, slackActor(asker));
  await deps.installQueue.wake(record.id);
}
