import type { webApi } from '@slack/bolt';
import { XepaError } from '../core/errors.ts';
import { slackFailure } from './slack-errors.ts';

/** A file of text, such as an export. */
export interface TextFile {
  name: string;
  title: string;
  content: string;
}

/** Gives files to one person, in their own messages with the bot. */
export interface FileSender {
  /** @throws XepaError slack-failed that says why Slack did not take it */
  toPerson(user: string, file: TextFile): Promise<void>;
}

export function createFileSender(client: webApi.WebClient): FileSender {
  return {
    async toPerson(user, { name, title, content }) {
      try {
        const { channel } = await client.conversations.open({ users: user });
        if (channel?.id === undefined) throw new Error('Slack opened no conversation');
        await client.files.uploadV2({ channel_id: channel.id, filename: name, title, content });
      } catch (cause) {
        throw notTaken(cause);
      }
    },
  };
}

function notTaken(cause: unknown): XepaError {
  const failure = slackFailure(cause);
  const why = failure.kind === 'refused' ? failure.error : 'no clear answer';
  const todo =
    failure.kind === 'refused' && failure.error === 'missing_scope'
      ? "The Slack app lacks a scope: install it again with XEPA's manifest. `/xepa doctor` names what is missing."
      : 'Try again in a moment.';
  return new XepaError('slack-failed', {
    message: `Slack did not take a file: ${why}`,
    userMessage: `Slack did not take the file (${why}), so nothing was sent. ${todo}`,
    retry: 'backoff',
    cause,
  });
}
