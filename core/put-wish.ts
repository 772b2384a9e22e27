import type { Actor } from './contracts/actor.ts';
import type { InstallStore } from './install-store.ts';
import type { NoticeQueue } from './queues.ts';
import { WISH_MS, type Wish, type Wishes } from './wishes.ts';

export interface PutWishDeps {
  wishes: Pick<Wishes, 'add'>;
  store: Pick<InstallStore, 'note'>;
  notices: Pick<NoticeQueue, 'sendLater'>;
}

/**
 * Writes down what somebody wants to see of a VM, and that they want it. The answer comes by way of Redis and a notice;
 * the second notice, for the case that none comes, is sent off beforehand, so that no process has to live that long.
 * @throws XepaError conflict when too many ask at once
 */
export async function putWish(
  deps: PutWishDeps,
  installId: string,
  wanted: Omit<Wish, 'nonce' | 'at'>,
  actor: Actor,
): Promise<Wish> {
  const wish = await deps.wishes.add(installId, wanted);
  await deps.notices.sendLater({ installId, rev: 0 }, WISH_MS);
  // A worker that is just putting the install to sleep sees that the record has changed, and looks again.
  await deps.store.note(installId, { type: `${wish.what}-asked`, actor, detail: { wish: wish.nonce } });
  return wish;
}
