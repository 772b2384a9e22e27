import { badInput } from './bad-input.ts';
import type { Asker, BotDeps } from './deps.ts';
import { type Message, sentence } from './views/message.ts';

/** What everybody must see can be done only where XEPA may post. @throws XepaError bad-input */
export async function demandVoice(deps: Pick<BotDeps, 'canPost'>, asker: Asker): Promise<void> {
  if (await deps.canPost(asker.channel)) return;
  throw badInput('XEPA is not in this channel, so nobody here would see it. Type `/invite @xepa` first.');
}

/** Says in the channel what has happened. It has happened, so where Slack fails, at least the person knows. */
export async function announce(deps: Pick<BotDeps, 'sender' | 'log'>, asker: Asker, message: Message): Promise<void> {
  try {
    await deps.sender.post({ channel: asker.channel }, message);
  } catch (err) {
    deps.log.error({ err, channel: asker.channel }, 'an announcement was not posted');
    await asker.tell(sentence(`${message.text} It could not be said in the channel: please tell the others.`));
  }
}
