import type { InstallRecord } from '../../core/contracts/install.ts';
import { context, type Message } from './message.ts';
import { rootMessage } from './root-message.ts';

/**
 * An install as it is now, for a whole channel. It is not edited later, so it has no buttons and says its time.
 * @param shared `by` is ready for mrkdwn
 */
export function sharedMessage(record: InstallRecord, shared: { by: string; at: number }): Message {
  const { text, blocks } = rootMessage(record);
  const time = new Date(shared.at).toISOString().slice(11, 16);
  const note = context(`As it was at ${time} UTC, shown by ${shared.by}. The install's own message stays up to date.`);
  return { text, blocks: [...blocks.filter((block) => block.type !== 'actions'), note] };
}
