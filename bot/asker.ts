import type { RespondFn, types } from '@slack/bolt';
import { badInput } from './bad-input.ts';
import type { Asker, BotDeps } from './deps.ts';
import { checkMessage } from './slack-sender.ts';
import type { Message } from './views/message.ts';

/** Where somebody typed or clicked. `trigger` opens one form within three seconds. */
export interface Place {
  user: string;
  team: string;
  /** Empty in a form and in App Home. */
  channel: string;
  thread?: string | undefined;
  trigger?: string | undefined;
}

/**
 * Somebody who waits for an answer. It goes through the response URL of the interaction, which works in every
 * channel; when that has expired (30 minutes, five posts) or there is none, through an ephemeral message.
 */
export function createAsker(
  deps: Pick<BotDeps, 'sender' | 'slackViews' | 'log' | 'strict'>,
  place: Place,
  respond: RespondFn | null,
): Asker {
  const { user, team, channel, thread, trigger } = place;
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  const whisper = (message: Message): Promise<unknown> =>
    // In a form there is no channel: the person's own messages are the only place.
    channel === ''
      ? deps.sender.post({ channel: user }, message)
      : deps.sender.whisper({ channel, user, ...(thread === undefined ? {} : { thread }) }, message);
  return {
    user,
    team,
    channel,
    async tell(message: Message) {
      if (!respond) return void (await whisper(message));
      try {
        const checked = checkMessage(message, deps);
        await respond({ ...checked, ...inThread, response_type: 'ephemeral', replace_original: false });
      } catch (err) {
        deps.log.info({ err: String(err) }, 'no answer through the response URL; trying an ephemeral message');
        await whisper(message);
      }
    },
    async open(view: types.ModalView) {
      if (trigger === undefined)
        throw badInput('A form cannot be opened from here. Type the command with its options instead.');
      await deps.slackViews.open(trigger, view);
    },
  };
}
