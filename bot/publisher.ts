import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Logger } from '../core/log.ts';
import { CLAIM_MS, type SentMessage, type SentMessages } from './sent-messages.ts';
import { isChannelClosed, isMessageGone, slackFailure } from './slack-errors.ts';
import type { MessagePlace, SlackSender } from './slack-sender.ts';
import type { UpdateBudget, Urgency } from './update-budget.ts';
import { approvalCard } from './views/approval-card.ts';
import { context, type Message } from './views/message.ts';
import { milestonesOf } from './views/milestones.ts';
import { rootMessage } from './views/root-message.ts';

/** Makes Slack show what the records say. Every call may be repeated; what Slack shows already is not sent. */
export interface Publisher {
  /** @throws when Slack or Redis fail; the caller tries again */
  publish(installId: string): Promise<void>;
}

export interface PublisherDeps {
  store: Pick<InstallStore, 'find'>;
  sent: SentMessages;
  budget: UpdateBudget;
  sender: SlackSender;
  clock: Clock;
  log: Logger;
  /** Looks at the install again after that time. */
  later(installId: string, ms: number): void;
}

/** A number that only grows is shown at most this often per install. */
const PROGRESS_MS = 3_000;

export function createPublisher(deps: PublisherDeps): Publisher {
  return {
    async publish(installId) {
      const record = await deps.store.find(installId);
      if (!record?.slack) return;
      const root = await showRoot(deps, record, record.slack.channel);
      const all = root !== null && (await showCard(deps, record, root)) && (await sayMilestones(deps, record, root));
      if (all) return deps.sent.markShown(installId, record.rev);
      // Another bot is posting a part of it, or a post had no clear outcome: when its claim has grown old, it is ours.
      deps.later(installId, CLAIM_MS);
    },
  };
}

/** The message as it is, and as it is without what only grows. */
interface Desired {
  key: string;
  whole: Message;
  state: Message;
}

async function showRoot(deps: PublisherDeps, record: InstallRecord, channel: string): Promise<MessagePlace | null> {
  const desired = { key: 'root', whole: rootMessage(record), state: rootMessage(record, { progress: false }) };
  return show(deps, record, { desired, to: { channel } });
}

/** @returns false while it is not there */
async function showCard(deps: PublisherDeps, record: InstallRecord, root: MessagePlace): Promise<boolean> {
  if (!record.approval) return true;
  const card = approvalCard(record);
  const to = { channel: root.channel, thread: root.ts };
  return (await show(deps, record, { desired: { key: 'approval', whole: card, state: card }, to })) !== null;
}

/** @returns false while one of them is not there */
async function sayMilestones(deps: PublisherDeps, record: InstallRecord, root: MessagePlace): Promise<boolean> {
  let all = true;
  // A second time stuck is news again.
  if (record.phase !== 'stuck') await deps.sent.forget(record.id, 'stuck');
  for (const { key, message } of milestonesOf(record)) {
    const claim = await deps.sent.claim(record.id, key);
    if (claim === 'busy') all = false;
    if (claim !== 'mine' && claim !== 'again') continue;
    const desired = { key, whole: message, state: message };
    await post(deps, record, { desired, to: { channel: root.channel, thread: root.ts }, again: claim === 'again' });
  }
  return all;
}

interface Showing {
  desired: Desired;
  to: { channel: string; thread?: string };
}

/** Posts the message when it is not there, edits it when it shows something else. Null while it is not there. */
async function show(deps: PublisherDeps, record: InstallRecord, showing: Showing): Promise<MessagePlace | null> {
  const claim = await deps.sent.claim(record.id, showing.desired.key);
  if (claim === 'busy') return null;
  if (claim === 'mine' || claim === 'again') return post(deps, record, { ...showing, again: claim === 'again' });
  await edit(deps, record, { sent: claim, desired: showing.desired });
  return claim;
}

async function post(
  deps: PublisherDeps,
  record: InstallRecord,
  posting: Showing & { again: boolean },
): Promise<MessagePlace> {
  const { desired, to, again } = posting;
  const message = again ? superseding(desired.whole) : desired.whole;
  try {
    const place = await postSomewhere(deps, record, { to, message });
    await deps.sent.save(record.id, desired.key, {
      ...place,
      ...hashes(desired),
      rev: record.rev,
      at: deps.clock.now(),
    });
    return place;
  } catch (err) {
    // After an unknown outcome the claim stays: whoever looks after it has grown old posts again and says so.
    if (slackFailure(err).kind !== 'unknown') await deps.sent.forget(record.id, desired.key);
    throw err;
  }
}

/** The channel, or, when it was archived or we were removed from it, the requester's own messages. */
async function postSomewhere(
  deps: PublisherDeps,
  record: InstallRecord,
  wish: { to: Showing['to']; message: Message },
): Promise<MessagePlace> {
  try {
    return await deps.sender.post(wish.to, wish.message);
  } catch (err) {
    if (wish.to.thread !== undefined || !isChannelClosed(slackFailure(err))) throw err;
    deps.log.warn({ installId: record.id, channel: wish.to.channel, err }, 'cannot post in the channel');
    return deps.sender.post({ channel: record.request.requestedBy.id }, wish.message);
  }
}

async function edit(
  deps: PublisherDeps,
  record: InstallRecord,
  editing: { sent: SentMessage; desired: Desired },
): Promise<void> {
  const { sent, desired } = editing;
  const now = hashes(desired);
  if (sent.rev >= record.rev && sent.hash !== '') return;
  const save = () => deps.sent.save(record.id, desired.key, { ...sent, ...now, rev: record.rev, at: deps.clock.now() });
  if (now.hash === sent.hash) return deps.sent.save(record.id, desired.key, { ...sent, rev: record.rev });
  const urgency: Urgency = now.stateHash === sent.stateHash ? 'progress' : 'state';
  const wait = await waitBeforeEdit(deps, sent, urgency);
  if (wait > 0) return deps.later(record.id, wait);
  try {
    await deps.sender.update(sent, desired.whole);
    await save();
  } catch (err) {
    await afterFailedEdit(deps, record, { err, key: desired.key });
  }
}

async function waitBeforeEdit(deps: PublisherDeps, sent: SentMessage, urgency: Urgency): Promise<number> {
  const soonest = urgency === 'progress' ? sent.at + PROGRESS_MS - deps.clock.now() : 0;
  return soonest > 0 ? soonest : deps.budget.take(urgency);
}

async function afterFailedEdit(
  deps: PublisherDeps,
  record: InstallRecord,
  failed: { err: unknown; key: string },
): Promise<void> {
  const failure = slackFailure(failed.err);
  if (failure.kind === 'rate-limited') {
    await deps.budget.pause(failure.retryAfterSeconds);
    return deps.later(record.id, failure.retryAfterSeconds * 1000);
  }
  if (!isMessageGone(failure)) throw failed.err;
  // Somebody deleted it: the next look posts a new one.
  await deps.sent.forget(record.id, failed.key);
  deps.later(record.id, 0);
}

function superseding(message: Message): Message {
  const hint = context('This message replaces an earlier one of the same install, should there be one.');
  return { text: message.text, blocks: [...message.blocks, hint] };
}

function hashes(desired: Desired): { hash: string; stateHash: string } {
  const hash = (message: Message) => createHash('sha256').update(JSON.stringify(message)).digest('hex').slice(0, 32);
  return { hash: hash(desired.whole), stateHash: hash(desired.state) };
}
