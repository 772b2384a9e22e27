import { XepaError } from '../core/errors.ts';
import { slackFailure } from './slack-errors.ts';
import type { SlackFiles } from './slack-files.ts';

/** A file of text, such as an export. */
export interface TextFile {
  name: string;
  title: string;
  content: string;
  /** What it is, in mrkdwn in which everything user-made is escaped. */
  comment: string;
}

/** Gives files to one person, in their own messages with the bot. */
export interface FileSender {
  /** @throws XepaError slack-failed that says why Slack did not take it */
  toPerson(user: string, file: TextFile): Promise<void>;
}

export function createFileSender(files: SlackFiles): FileSender {
  return {
    async toPerson(user, { name, title, content, comment }) {
      try {
        const channel = await files.directChannel(user);
        const fileId = await files.stage({ name, bytes: Buffer.from(content) });
        await files.share(fileId, { channel, title, comment });
      } catch (cause) {
        throw notTaken(cause);
      }
    },
  };
}

/** The sentence for a file that Slack did not take. */
export function fileRefusal(error: string): string {
  const todo =
    error === 'missing_scope'
      ? "The Slack app lacks a scope: install it again with XEPA's manifest. `/xepa doctor` names what is missing."
      : 'Try again in a moment.';
  return `Slack did not take the file (${error.replace(/[^\w -]/g, '')}), so nothing was sent. ${todo}`;
}

function notTaken(cause: unknown): XepaError {
  const failure = slackFailure(cause);
  const why = failure.kind === 'refused' ? failure.error : 'no clear answer';
  const message = `Slack did not take a file: ${why}`;
  return new XepaError('slack-failed', { message, userMessage: fileRefusal(why), retry: 'backoff', cause });
}
