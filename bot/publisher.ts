import type { InstallRecord } from '../core/contracts/install.ts';
import type { Heartbeats } from '../core/heartbeat.ts';
import type { InstallStore } from '../core/install-store.ts';
import { showCopies } from './approval-copies.ts';
import type { Desired, WriterDeps } from './desired.ts';
import { createMessageWriter, type MessageWriter } from './message-writer.ts';
import type { Parking } from './parking.ts';
import { silentSince } from './silence.ts';
import { isChannelClosed, isMessageGone, slackFailure, tokenTrouble } from './slack-errors.ts';
import type { MessagePlace } from './slack-sender.ts';
import { approvalCard } from './views/approval-card.ts';
import { milestonesOf } from './views/milestones.ts';
import { rootMessage } from './views/root-message.ts';

/** Makes Slack show what the records say. Every call may be repeated; what Slack shows already is not sent. */
export interface Publisher {
  /** @throws when Slack or Redis fail; the caller tries again */
  publish(installId: string): Promise<void>;
}

export interface PublisherDeps extends WriterDeps {
  store: Pick<InstallStore, 'find'>;
  heartbeats: Pick<Heartbeats, 'last'>;
  parking: Pick<Parking, 'reason' | 'park'>;
}

export function createPublisher(deps: PublisherDeps): Publisher {
  const writer = createMessageWriter(deps);
  return {
    async publish(installId) {
      const record = await deps.store.find(installId);
      // Parked, everything stays as it is: not marked as shown, so the sweep asks again when the token works.
      if (!record?.slack || (await deps.parking.reason()) !== null) return;
      try {
        const all = await showAll(deps, writer, record);
        if (all) await deps.sent.markShown(installId, record.rev);
      } catch (err) {
        const trouble = tokenTrouble(slackFailure(err));
        if (trouble === null) throw err;
        await deps.parking.park(trouble);
      }
    },
  };
}

/** @returns whether everything is said now */
async function showAll(deps: PublisherDeps, writer: MessageWriter, record: InstallRecord): Promise<boolean> {
  const root = await desiredRoot(deps, record);
  const known = await deps.sent.find(record.id, root.key);
  const first = writer.write(record, root);
  // Replies need a place only: a first message that cannot be edited now does not hold them back.
  const place = known ?? (await first).place;
  const replies = place ? repliesTo(deps, writer, { record, root: place }) : Promise.resolve(false);
  const [written, replied] = await Promise.allSettled([first, replies]);
  if (written.status === 'rejected') throw written.reason;
  if (replied.status === 'rejected') throw replied.reason;
  return written.value.settled && replied.value;
}

async function desiredRoot(deps: PublisherDeps, record: InstallRecord): Promise<Desired> {
  const silent = silentSince(record, await deps.heartbeats.last(record.id), deps.clock.now());
  return {
    key: 'root',
    whole: rootMessage(record, { progress: true, silentSince: silent }),
    state: rootMessage(record, { progress: false }),
    silentSince: silent,
    to: { channel: record.slack?.channel ?? '' },
  };
}

async function repliesTo(
  deps: PublisherDeps,
  writer: MessageWriter,
  thread: { record: InstallRecord; root: MessagePlace },
): Promise<boolean> {
  const { record, root } = thread;
  try {
    const card = await showCard(writer, record, root);
    const copies = await showCopies(deps, writer, record);
    return (await sayMilestones(deps, writer, thread)) && card && copies;
  } catch (err) {
    const failure = slackFailure(err);
    if (!isMessageGone(failure) && !isChannelClosed(failure)) throw err;
    // No reply can be given there any more: the next look begins with a first message elsewhere.
    const sent = await deps.sent.find(record.id, 'root');
    if (sent?.ts === root.ts) await deps.sent.replace(record.id, 'root', { from: sent, to: null });
    deps.later(record.id, 0);
    return false;
  }
}

async function showCard(writer: MessageWriter, record: InstallRecord, root: MessagePlace): Promise<boolean> {
  if (!record.approval) return true;
  const card = approvalCard(record);
  const to = { channel: root.channel, thread: root.ts };
  return (await writer.write(record, { key: 'approval', whole: card, state: card, urgent: true, to })).settled;
}

/** Said once each, never edited. @returns false while one of them is not there */
async function sayMilestones(
  deps: PublisherDeps,
  writer: MessageWriter,
  thread: { record: InstallRecord; root: MessagePlace },
): Promise<boolean> {
  const { record, root } = thread;
  let all = true;
  // A second time stuck is news again.
  if (record.phase !== 'stuck') await deps.sent.forget(record.id, 'stuck');
  for (const { key, message } of milestonesOf(record)) {
    if (await deps.sent.find(record.id, key)) continue;
    const to = { channel: root.channel, thread: root.ts };
    const { place } = await writer.write(record, { key, whole: message, state: message, to });
    all = all && place !== null;
  }
  return all;
}
