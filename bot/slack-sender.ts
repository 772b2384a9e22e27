import type { types, webApi } from '@slack/bolt';
import { XepaError } from '../core/errors.ts';
import type { Logger } from '../core/log.ts';
import { lintMessage, lintView } from './block-kit/lint.ts';
import { toldProblems } from './block-kit/verdict.ts';
import { cut, quoteText } from './text.ts';
import { type Message, sentence } from './views/message.ts';

/** Where a message of ours stands. */
export interface MessagePlace {
  channel: string;
  ts: string;
}

/** What people wait for, and what merely keeps them informed: neither may hold back the other. */
export type Lane = 'decision' | 'progress';

/** The only way out: every message of the bot passes here, is checked, and never unfurls a link. */
export interface SlackSender {
  post(to: { channel: string; thread?: string }, message: Message): Promise<MessagePlace>;
  update(place: MessagePlace, message: Message, lane: Lane): Promise<void>;
  /** Takes a message of ours back. */
  remove(place: MessagePlace): Promise<void>;
  /** Only that person sees it, and only if the bot is in the channel. */
  whisper(to: { channel: string; user: string; thread?: string }, message: Message): Promise<void>;
}

/** Room is left below the 3000 of a section. */
const FALLBACK_MAX = 2900;
const NO_TEXT = 'XEPA has something to say here but could not put it into words; its log says more.';

const quiet = { unfurl_links: false, unfurl_media: false } as const;

/** @param deps `strict` makes a message that Slack would refuse an error; the clients are those of slack-clients.ts */
export function createSlackSender(deps: {
  interactive: webApi.WebClient;
  decisions: webApi.WebClient;
  progress: webApi.WebClient;
  log: Logger;
  strict: boolean;
}): SlackSender {
  const checked = (message: Message) => checkMessage(message, deps);
  return {
    async post({ channel, thread }, message) {
      const place = thread === undefined ? { channel } : { channel, thread_ts: thread };
      const answer = await deps.decisions.chat.postMessage({ ...place, ...checked(message), ...quiet });
      return { channel: answer.channel ?? channel, ts: answer.ts ?? '' };
    },
    async update({ channel, ts }, message, lane) {
      const client = lane === 'decision' ? deps.decisions : deps.progress;
      await client.chat.update({ channel, ts, ...checked(message) });
    },
    async remove({ channel, ts }) {
      await deps.interactive.chat.delete({ channel, ts });
    },
    async whisper({ channel, user, thread }, message) {
      const place = thread === undefined ? { channel, user } : { channel, user, thread_ts: thread };
      await deps.interactive.chat.postEphemeral({ ...place, ...checked(message) });
    },
  };
}

/** In production a message that Slack would refuse goes out as its plain sentence: better than none. */
export function checkMessage(message: Message, deps: { log: Logger; strict: boolean }): Message {
  const verdict = lintMessage(message);
  if (verdict.ok) return message;
  if (deps.strict) throw new Error(`Slack would refuse this message: ${toldProblems(verdict.errors)}`);
  deps.log.error({ problems: verdict.errors }, 'Slack would refuse a message; its text is sent without blocks');
  const alone = sentence(cut(message.text, FALLBACK_MAX));
  return lintMessage(alone).ok ? alone : sentence(quoteText(message.text, FALLBACK_MAX) || NO_TEXT);
}

/**
 * A modal or a home page as it may be shown. There is no plain form of one, so a mistake is an error everywhere.
 * @throws XepaError internal
 */
export function checkView<V extends types.View>(view: V): V {
  const verdict = lintView(view);
  if (verdict.ok) return view;
  throw new XepaError('internal', {
    message: `Slack would refuse this view: ${toldProblems(verdict.errors)}`,
    userMessage:
      'XEPA could not build this page: a fault of XEPA, its log says more. The commands still work, see `/xepa help`.',
  });
}
