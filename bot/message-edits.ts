import type { InstallRecord } from '../core/contracts/install.ts';
import { type Desired, memoryOf, type WriterDeps } from './desired.ts';
import { withNotes } from './message-notes.ts';
import type { SentMessage } from './sent-messages.ts';
import { isChannelClosed, isMessageGone, type SlackFailure, slackFailure } from './slack-errors.ts';
import { type Urgency, urgencyOfChange } from './urgency.ts';

/** An edit without an answer has arrived by then, or never will. */
const UNSURE_MS = 60_000;

/** One look at one message: what it shows by our memory, and what it should show. */
interface Look {
  desired: Desired;
  sent: SentMessage;
  wanted: ReturnType<typeof memoryOf>;
  /** How long an earlier edit may still arrive; 0 when there is none; -1 when it is time to make sure. */
  unsureMs: number;
}

/** Runs under the message's lock. @returns whether the message now says what it should */
export async function editMessage(deps: WriterDeps, record: InstallRecord, desired: Desired): Promise<boolean> {
  // Read again: before we had the lock somebody may have shown something newer.
  const sent = await deps.sent.find(record.id, desired.key);
  if (!sent) return lookAgain(deps, record, 0);
  if (sent.rev > record.rev) return true;
  const unsureMs = unsureFor(sent, deps.clock.now());
  const look = { desired, sent, wanted: memoryOf(deps, record, desired), unsureMs };
  if (look.wanted.hash === sent.hash && unsureMs >= 0) return leave(deps, record, look);
  const urgency = urgencyOf(record, look);
  const wait = await deps.budget.take({ installId: record.id, key: desired.key, urgency, lastAt: sent.at });
  if (wait > 0) return lookAgain(deps, record, wait);
  return send(deps, record, { ...look, urgency });
}

function unsureFor(sent: SentMessage, now: number): number {
  if (sent.unsureUntil === undefined) return 0;
  return sent.unsureUntil > now ? sent.unsureUntil - now : -1;
}

/** It says so already. */
async function leave(deps: WriterDeps, record: InstallRecord, look: Look): Promise<boolean> {
  const { sent, unsureMs } = look;
  if (sent.rev !== record.rev && !(await remember(deps, record, { look, to: { ...sent, rev: record.rev } }))) {
    return false;
  }
  return unsureMs === 0 || lookAgain(deps, record, unsureMs);
}

async function send(deps: WriterDeps, record: InstallRecord, look: Look & { urgency: Urgency }): Promise<boolean> {
  const { desired, sent, wanted, unsureMs } = look;
  // Only the first message of an install moves; its replies follow it.
  const elsewhere = desired.to.thread === undefined && sent.channel !== record.slack?.channel;
  const message = withNotes(desired.whole, { supersedes: sent.supersedes === true, elsewhere });
  try {
    await deps.sender.update(sent, message, look.urgency === 'decision' ? 'decision' : 'progress');
  } catch (err) {
    return afterFailedEdit(deps, record, { err, look });
  }
  const { unsureUntil, silentSince: _before, ...rest } = sent;
  const unsure = unsureMs > 0 && unsureUntil !== undefined ? { unsureUntil } : {};
  if (!(await remember(deps, record, { look, to: { ...rest, ...wanted, ...unsure } }))) return false;
  return unsureMs <= 0 || lookAgain(deps, record, unsureMs);
}

/** When somebody else wrote meanwhile although we held the lock, nobody knows whose edit Slack saw last. */
async function remember(
  deps: WriterDeps,
  record: InstallRecord,
  writing: { look: Look; to: SentMessage },
): Promise<boolean> {
  const { desired, sent: from } = writing.look;
  if (await deps.sent.replace(record.id, desired.key, { from, to: writing.to })) return true;
  await deps.sent.repaint(record.id, desired.key);
  return lookAgain(deps, record, 0);
}

async function afterFailedEdit(
  deps: WriterDeps,
  record: InstallRecord,
  failed: { err: unknown; look: Look },
): Promise<boolean> {
  const { desired, sent: from } = failed.look;
  const failure = slackFailure(failed.err);
  if (failure.kind === 'rate-limited') {
    await deps.budget.pause(failure.retryAfterSeconds);
    return lookAgain(deps, record, failure.retryAfterSeconds * 1000);
  }
  if (isMessageGone(failure) || isChannelClosed(failure)) {
    // Somebody deleted it, or closed the channel: the next look posts a new one, where it can.
    await deps.sent.replace(record.id, desired.key, { from, to: null });
    return lookAgain(deps, record, 0);
  }
  const to = afterUnclear(failure, from, deps.clock.now());
  if (to) await deps.sent.replace(record.id, desired.key, { from, to });
  throw failed.err;
}

/** Nobody knows what Slack shows now; without an answer the edit may even arrive later than the next one. */
function afterUnclear(failure: SlackFailure, sent: SentMessage, now: number): SentMessage | null {
  const unpainted = { ...sent, hash: '', stateHash: '' };
  if (failure.kind === 'broken') return unpainted;
  return failure.kind === 'unknown' ? { ...unpainted, unsureUntil: now + UNSURE_MS } : null;
}

function urgencyOf(record: InstallRecord, look: Look): Urgency {
  const { desired, sent, wanted, unsureMs } = look;
  if (desired.urgent === true) return 'decision';
  if (wanted.stateHash !== sent.stateHash || unsureMs < 0) return urgencyOfChange(record, sent.standing);
  return desired.silentSince === sent.silentSince ? 'percent' : 'heartbeat';
}

function lookAgain(deps: WriterDeps, record: InstallRecord, ms: number): false {
  deps.later(record.id, ms);
  return false;
}
