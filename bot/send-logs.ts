import type { InstallRecord } from '../core/contracts/install.ts';
import type { InstallStore } from '../core/install-store.ts';
import type { Wish } from '../core/wishes.ts';
import type { FileSender } from './file-sender.ts';
import { type Logs, logsFile, logsMessage } from './views/logs.ts';
import { type Message, sentence } from './views/message.ts';

export interface SendLogsDeps {
  store: Pick<InstallStore, 'events'>;
  files: FileSender;
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
  const { name, text: content } = logsFile(logs);
  await deps.files.toPerson(wish.user, {
    name,
    title: name,
    content,
    comment: `The logs of install \`${record.id}\`.`,
  });
  const missing = found.missing ? ` ${found.missing}` : '';
  await wish.tell(sentence(`The logs of install \`${record.id}\` are in a file in your messages with XEPA.${missing}`));
}
