import type { webApi } from '@slack/bolt';
import type { Logger } from '../core/log.ts';
import { lintMessage } from './block-lint.ts';
import type { Message } from './views/message.ts';

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

/** In production a message that breaks a limit goes out as its plain sentence: better than none. */
export function checkMessage(message: Message, deps: { log: Logger; strict: boolean }): Message {
  const problems = lintMessage(message);
  if (problems.length === 0) return message;
  if (deps.strict) throw new Error(`Slack would refuse this message: ${problems.join('; ')}`);
  deps.log.error({ problems }, 'a message breaks the limits of Slack; its text is sent without blocks');
  const text = message.text.slice(0, 2900);
  return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] };
}
