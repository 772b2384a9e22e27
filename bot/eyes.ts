import type { InstallStore } from '../core/install-store.ts';
import type { NoticeQueue } from '../core/queues.ts';
import { type AnswersDeps, tellAnswers } from './answers.ts';
import type { Parking } from './parking.ts';
import { type PicturesDeps, showPictures } from './pictures.ts';
import type { SentMessages } from './sent-messages.ts';

export type EyesDeps = PicturesDeps &
  AnswersDeps & {
    store: Pick<InstallStore, 'find' | 'events'>;
    sent: SentMessages;
    parking: Pick<Parking, 'reason'>;
    notices: Pick<NoticeQueue, 'sendLater'>;
  };

/** Shows in Slack what the worker has seen of an install's VM, and what was asked about it. May be repeated. */
export async function showSeen(deps: EyesDeps, installId: string): Promise<void> {
  const record = await deps.store.find(installId);
  // With a bad token nothing is shown at all; the sweep asks again when it is good.
  if (!record || (await deps.parking.reason()) !== null) return;
  const root = await deps.sent.find(installId, 'root');
  const waits = [root ? await showPictures(deps, record, root) : 0, await tellAnswers(deps, record)];
  const wait = Math.max(...waits);
  if (wait > 0) await deps.notices.sendLater({ installId, rev: 0 }, wait);
}
