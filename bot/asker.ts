import type { RespondFn } from '@slack/bolt';
import type { Asker, BotDeps } from './deps.ts';
import { checkMessage } from './slack-sender.ts';
import type { Message } from './views/message.ts';

/**
 * Somebody who waits for an answer. It goes through the response URL of the interaction, which works in every
 * channel; when that has expired (30 minutes, five posts), through an ephemeral message.
 */
export function createAsker(
  deps: Pick<BotDeps, 'sender' | 'log' | 'strict'>,
  place: { user: string; team: string; channel: string; thread?: string | undefined },
  respond: RespondFn,
): Asker {
  const { user, team, channel, thread } = place;
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  return {
    user,
    team,
    channel,
    async tell(message: Message) {
      try {
        const checked = checkMessage(message, deps);
        await respond({ ...checked, ...inThread, response_type: 'ephemeral', replace_original: false });
      } catch (err) {
        deps.log.info({ err: String(err) }, 'no answer through the response URL; trying an ephemeral message');
        await deps.sender.whisper({ channel, user, ...(thread === undefined ? {} : { thread }) }, message);
      }
    },
  };
}
