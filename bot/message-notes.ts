import { context, type Message } from './views/message.ts';

/** What must be said below a message for as long as it stands there. */
export interface Notes {
  /** A first try may have reached Slack too. */
  supersedes?: boolean;
  /** It is not where it was asked for. */
  elsewhere?: boolean;
}

const supersedes = 'This message replaces an earlier one of the same install, should there be one.';
const elsewhere = 'XEPA cannot write in the channel any more in which this was asked for, so it tells you here.';

export function withNotes(message: Message, notes: Notes): Message {
  const lines = [...(notes.supersedes ? [supersedes] : []), ...(notes.elsewhere ? [elsewhere] : [])];
  return lines.length === 0 ? message : { text: message.text, blocks: [...message.blocks, ...lines.map(context)] };
}
