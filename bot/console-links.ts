import type { ConsoleRight } from '../core/contracts/console-right.ts';
import { consoleIsOpen, type InstallRecord } from '../core/contracts/install.ts';
import { authorise } from './authorise.ts';
import { badInput, notAllowed } from './bad-input.ts';
import type { Asker, BotDeps } from './deps.ts';
import { slackActor, stateText } from './operations.ts';
import { mayLook, mayOpenConsole, type Person, type Rules, type Verdict } from './policy.ts';
import { isChannelClosed, slackFailure, slackSilent } from './slack-errors.ts';
import { mention } from './text.ts';
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

type May = (record: InstallRecord, person: Person, rules: Rules) => Verdict;

/** Who may have which link, and how the audit trail calls it. */
const rightsOf: Record<ConsoleRight, { may: May; what: string }> = {
  control: { may: mayOpenConsole, what: 'console' },
  view: { may: (_record, person, rules) => mayLook(person, rules), what: 'console-view' },
};

/**
 * Makes a console link that opens once and that one person sees: who asks, or whom they name. Both must be allowed to.
 * @throws XepaError not-allowed, bad-input, slack-failed
 */
export async function sendConsoleLink(deps: BotDeps, asker: Asker, wish: LinkWish): Promise<void> {
  const { record, right, receiver = asker.user, ttlSeconds = deps.rules.ticketSeconds } = wish;
  await authorise(deps, asker, { record, ...rightsOf[right] });
  const isOwn = receiver === asker.user;
  if (!isOwn) await authoriseReceiver(deps, asker, { record, right, receiver });
  if (!consoleIsOpen(record)) {
    throw badInput(`The console can be opened only while the installer runs. ${stateText(record)}`);
  }
  const ticket = await deps.tickets.issue({ installId: record.id, slackUser: receiver, right, ttlSeconds });
  const detail = { right, ttlSeconds, ...(isOwn ? {} : { for: receiver }) };
  await deps.store.note(record.id, { type: 'console-link-issued', actor: slackActor(asker), detail });
  const link = { url: `${deps.rules.publicUrl}/c#${ticket}`, right, ttlSeconds };
  if (isOwn) return asker.tell(consoleLink(record, link));
  await deliver(deps, { record, receiver, message: consoleLink(record, { ...link, from: asker.user }) });
  await asker.tell(linkSent(record, { right, ttlSeconds, receiver }));
}

/** Slack is asked about who gets the link as well; a refusal stands in the trail under who asked. */
async function authoriseReceiver(
  deps: BotDeps,
  asker: Asker,
  wish: { record: InstallRecord; right: ConsoleRight; receiver: string },
): Promise<void> {
  const { record, receiver } = wish;
  const { may, what } = rightsOf[wish.right];
  const person = await deps.people.find(receiver).catch((cause: unknown) => {
    throw slackSilent(`who ${mention(receiver)} is`, cause);
  });
  const verdict = may(record, person, deps.rules);
  if (verdict.ok) return;
  const detail = { what, for: receiver, reason: verdict.reason };
  await deps.store.note(record.id, { type: 'refused', actor: slackActor(asker), detail });
  throw notAllowed(`No link was made: ${mention(receiver)} may not have one. They would be told: ${verdict.reason}`);
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
