import { LogLevel, webApi } from '@slack/bolt';
import { expect, test } from 'vitest';
import { isChannelClosed, isMessageGone, slackFailure } from '../../bot/slack-errors.ts';
import { createSlackViews } from '../../bot/slack-views.ts';
import { form } from '../../bot/views/form.ts';
import { section } from '../../bot/views/message.ts';
import { failureOf } from '../support/failure-of.ts';

/** A client to whom Slack always says no, and why. */
function refusing(error: string): webApi.WebClient {
  const fetch = async () => Response.json({ ok: false, error });
  return new webApi.WebClient('xoxb-test', { fetch, retryConfig: { retries: 0 }, logLevel: LogLevel.ERROR });
}
const failureAs = async (error: string) =>
  slackFailure(
    await refusing(error)
      .chat.postMessage({ channel: 'C1', text: 'x' })
      .catch((err: unknown) => err),
  );
const view = form({ id: 'xepa.test', title: 'Test', submit: 'Go', about: { id: 'd', rev: 1 }, blocks: [section('x')] });

test.each(['is_archived', 'restricted_action_read_only_channel', 'restricted_action_thread_only_channel'])(
  'where Slack says %s nothing can be posted, so the requester is told elsewhere',
  async (error) => {
    expect(isChannelClosed(await failureAs(error))).toBe(true);
    expect(isMessageGone(await failureAs(error))).toBe(false);
  },
);

test.each(['message_not_found', 'thread_not_found', 'restricted_action_thread_locked'])(
  'where Slack says %s another first message helps',
  async (error) => expect(isMessageGone(await failureAs(error))).toBe(true),
);

test.each(['expired_trigger_id', 'exchanged_trigger_id'])(
  'a form whose click is %s says to try again',
  async (error) => {
    const failed = await failureOf(createSlackViews(refusing(error)).open('T1', view));
    expect(failed).toMatchObject({ code: 'slack-failed', userMessage: expect.stringContaining('Try once more') });
  },
);

test('a form that was closed or gone on in is left alone, and any other refusal is an error', async () => {
  const update = (error: string) => createSlackViews(refusing(error)).update({ viewId: 'V1', hash: 'h' }, view);
  for (const left of ['not_found', 'hash_conflict']) await expect(update(left)).resolves.toBeUndefined();
  await expect(update('view_too_large')).rejects.toThrow('view_too_large');
});
