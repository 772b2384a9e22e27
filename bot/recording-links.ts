import type { InstallRecord } from '../core/contracts/install.ts';
import { badInput } from './bad-input.ts';
import type { Asker, BotDeps } from './deps.ts';
import { nearest } from './did-you-mean.ts';
import { authorise } from './judging.ts';
import { slackActor } from './operations.ts';
import { code } from './text.ts';
import { recordingLink } from './views/recordings.ts';

/**
 * Makes a link that plays one recording, once, for whoever asks.
 * @throws XepaError not-allowed, bad-input, slack-failed
 */
export async function sendRecordingLink(
  deps: BotDeps,
  asker: Asker,
  wish: { record: InstallRecord; recording: string },
): Promise<void> {
  const { record, recording } = wish;
  await authorise(deps, asker, { action: 'recordings', record });
  const ids = (await deps.recordings.list(record.id)).map(({ id }) => id);
  if (!ids.includes(recording)) throw unknown(recording, ids);
  const { ticketSeconds, publicUrl } = deps.rules;
  const wanted = { installId: record.id, recording, slackUser: asker.user };
  const ticket = await deps.recordingLinks.issue(wanted, ticketSeconds);
  const detail = { recording, ttlSeconds: ticketSeconds };
  await deps.store.note(record.id, { type: 'recording-link-issued', actor: slackActor(asker), detail });
  await asker.tell(recordingLink(record, { url: `${publicUrl}/r#${ticket}`, ttlSeconds: ticketSeconds }));
}

function unknown(typed: string, ids: readonly string[]) {
  const near = nearest(typed, ids);
  const hint = near ? ` Did you mean ${code(near)}?` : '';
  return badInput(`There is no recording ${code(typed)} of this install, or its time is over.${hint}`);
}
