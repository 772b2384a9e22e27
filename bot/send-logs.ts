import type { InstallRecord } from '../core/contracts/install.ts';
import { XepaError } from '../core/errors.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Wish } from '../core/wishes.ts';
import { slackFailure } from './slack-errors.ts';
import type { SlackFiles } from './slack-files.ts';
import { type Logs, logsFile, logsMessage } from './views/logs.ts';
import { type Message, sentence } from './views/message.ts';

export interface SendLogsDeps {
  store: Pick<InstallStore, 'events'>;
  files: SlackFiles;
}

/** How somebody wants the logs, and how to reach that person. */
export interface LogsWish extends Pick<Wish, 'lines' | 'step' | 'asFile'> {
  user: string;
  tell(message: Message): Promise<void>;
}

/**
 * Shows somebody the logs of an install: in a message that only that person sees, or, when they are long or a file
 * was asked for, as a file in the person's direct messages.
 * @throws XepaError slack-failed when Slack does not take the file
 */
export async function sendLogs(
  deps: SendLogsDeps,
  record: InstallRecord,
  wish: LogsWish,
  found: Pick<Logs, 'device' | 'missing'>,
): Promise<void> {
  const { lines, step } = wish;
  const logs: Logs = { record, events: await deps.store.events(record.id), lines, step, ...found };
  const message = wish.asFile ? null : logsMessage(logs);
  if (message) return wish.tell(message);
  await sendFile(deps, wish.user, logs);
  const missing = found.missing ? ` ${found.missing}` : '';
  await wish.tell(sentence(`The logs of install \`${record.id}\` are in a file in your messages with XEPA.${missing}`));
}

async function sendFile({ files }: SendLogsDeps, user: string, logs: Logs): Promise<void> {
  const { name, text } = logsFile(logs);
  try {
    const channel = await files.directChannel(user);
    const fileId = await files.stage({ name, bytes: Buffer.from(text) });
    await files.share(fileId, { channel, title: name, comment: `The logs of install \`${logs.record.id}\`.` });
  } catch (cause) {
    throw fileNotTaken(cause);
  }
}

/** The sentence for a file that Slack did not take. */
export function fileRefusal(error: string): string {
  const advice = error === 'missing_scope' ? ' An admin has to add the scope `files:write` to the Slack app.' : '';
  return `Slack did not take the file (\`${error.replace(/[^\w-]/g, '')}\`).${advice}`;
}

function fileNotTaken(cause: unknown): XepaError {
  const failure = slackFailure(cause);
  const why = failure.kind === 'refused' ? failure.error : 'no answer';
  return new XepaError('slack-failed', { message: `no file: ${why}`, userMessage: fileRefusal(why), cause });
}
