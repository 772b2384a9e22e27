import type { InstallRecord } from '../core/contracts/install.ts';
import { type Desired, memoryOf, type WriterDeps, type Written } from './desired.ts';
import { type Notes, withNotes } from './message-notes.ts';
import type { Claimed } from './sent-messages.ts';
import { isChannelClosed, slackFailure } from './slack-errors.ts';
import type { MessagePlace } from './slack-sender.ts';

/** The right to post a message, and whether a first try may have reached Slack. */
interface Posting {
  desired: Desired;
  claimed: Claimed;
  again: boolean;
}

const nowhere: Written = { place: null, settled: false };

/** Posts a message that must exist once. @throws what Slack answered, after it was noted what that means */
export async function postMessage(deps: WriterDeps, record: InstallRecord, posting: Posting): Promise<Written> {
  const { desired, claimed: from, again } = posting;
  const notes = again ? { supersedes: true } : {};
  let place: MessagePlace;
  try {
    place = await postSomewhere(deps, record, { desired, notes });
  } catch (err) {
    return afterFailedPost(deps, record, { posting, err });
  }
  const to = { state: 'sent' as const, ...place, ...notes, ...memoryOf(deps, record, desired) };
  if (await deps.sent.replace(record.id, desired.key, { from, to })) return { place, settled: true };
  // So slow that another bot has posted it meanwhile.
  deps.log.warn({ installId: record.id, key: desired.key }, 'a post came too late and is taken back');
  await deps.sender.remove(place);
  deps.later(record.id, 0);
  return nowhere;
}

/** The channel, or, when it was archived or we were removed from it, for the first message the requester's own messages. */
async function postSomewhere(
  deps: WriterDeps,
  record: InstallRecord,
  wish: { desired: Desired; notes: Notes },
): Promise<MessagePlace> {
  const { to, whole } = wish.desired;
  try {
    return await deps.sender.post(to, withNotes(whole, wish.notes));
  } catch (err) {
    if (wish.desired.key !== 'root' || !isChannelClosed(slackFailure(err))) throw err;
    deps.log.warn({ installId: record.id, channel: to.channel, err }, 'cannot post in the channel');
    const message = withNotes(whole, { ...wish.notes, elsewhere: true });
    return deps.sender.post({ channel: record.request.requestedBy.id }, message);
  }
}

async function afterFailedPost(
  deps: WriterDeps,
  record: InstallRecord,
  failed: { posting: Posting; err: unknown },
): Promise<Written> {
  const { desired, claimed: from } = failed.posting;
  const failure = slackFailure(failed.err);
  // After an unknown outcome the claim stays: whoever looks after it has grown old posts again and says so.
  if (failure.kind === 'unknown') throw failed.err;
  // Slack has ended with it, but may have taken it: to be posted again at the next try, with that note.
  const to = failure.kind === 'broken' || failed.posting.again ? { state: 'claimed' as const, at: 0 } : null;
  await deps.sent.replace(record.id, desired.key, { from, to });
  if (failure.kind !== 'rate-limited') throw failed.err;
  deps.later(record.id, failure.retryAfterSeconds * 1000);
  return nowhere;
}
