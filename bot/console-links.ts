import type { ConsoleRight } from '../core/contracts/console-right.ts';
import { consoleIsOpen, type InstallRecord } from '../core/contracts/install.ts';
import { badInput } from './bad-input.ts';
import type { Asker, BotDeps } from './deps.ts';
import { authorise, judgeOther } from './judging.ts';
import { slackActor, stateText } from './operations.ts';
import type { ActionName } from './policy/types.ts';
import { isChannelClosed, slackFailure } from './slack-errors.ts';
import { consoleLink, linkSent } from './views/console-link.ts';
import type { Message } from './views/message.ts';

interface LinkWish {
  record: InstallRecord;
  right: ConsoleRight;
  /** Slack user id of who gets it; whoever asks when left out. */
  receiver?: string | undefined;
  /** How long it may be opened, 60 to 300; as configured when left out. */
  ttlSeconds?: number | undefined;
}

/** What the policy calls each kind of link. */
const actionOf: Record<ConsoleRight, ActionName> = { control: 'console', view: 'console-view' };

/**
 * Makes a console link that opens once and that one person sees: who asks, or whom they name. Both must be allowed to.
 * @throws XepaError not-allowed, bad-input, slack-failed
 */
export async function sendConsoleLink(deps: BotDeps, asker: Asker, wish: LinkWish): Promise<void> {
  const { record, right, receiver = asker.user, ttlSeconds = deps.rules.ticketSeconds } = wish;
  const action = actionOf[right];
  const own = await authorise(deps, asker, { action, record });
  const isOwn = receiver === asker.user;
  const { name } = isOwn ? own : await judgeOther(deps, asker, { action, record, person: receiver });
  if (!consoleIsOpen(record)) {
    throw badInput(
      `The console can be opened only while ${record.request.iso ? 'the installer' : 'the VM'} runs. ${stateText(record)}`,
    );
  }
  const recorded = record.recording ? { recorded: true as const } : {};
  const wanted = { installId: record.id, slackUser: receiver, name, right, ...recorded };
  const ticket = await deps.tickets.issue({ ...wanted, ttlSeconds });
  const detail = { right, ttlSeconds, ...(isOwn ? {} : { for: receiver }) };
  await deps.store.note(record.id, { type: 'console-link-issued', actor: slackActor(asker), detail });
  const link = { url: `${deps.rules.publicUrl}/c#${ticket}`, right, ttlSeconds };
  if (isOwn) return asker.tell(consoleLink(record, link));
  await deliver(deps, { record, receiver, message: consoleLink(record, { ...link, from: asker.user }) });
  await asker.tell(linkSent(record, { right, ttlSeconds, receiver }));
}

/** In the channel of the install, for that person's eyes; by direct message to who is not in that channel. */
async function deliver(
  deps: BotDeps,
  link: { record: InstallRecord; receiver: string; message: Message },
): Promise<void> {
  const { record, receiver, message } = link;
  const root = await deps.sent.find(record.id, 'root');
  const channel = root?.channel ?? record.slack?.channel;
  if (channel !== undefined && (await whispered(deps, { channel, user: receiver }, message))) return;
  await deps.sender.post({ channel: receiver }, message);
}

/** False when that person is not in the channel, or we are not. */
async function whispered(deps: BotDeps, to: { channel: string; user: string }, message: Message): Promise<boolean> {
  try {
    await deps.sender.whisper(to, message);
    return true;
  } catch (err) {
    const failure = slackFailure(err);
    const isAway = failure.kind === 'refused' && failure.error === 'user_not_in_channel';
    if (isAway || isChannelClosed(failure)) return false;
    throw err;
  }
}
