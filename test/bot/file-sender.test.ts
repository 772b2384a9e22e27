import { webApi } from '@slack/bolt';
import { expect, test } from 'vitest';
import { createFileSender } from '../../bot/file-sender.ts';
import { createSlackFiles } from '../../bot/slack-files.ts';
import { failureOf } from '../support/failure-of.ts';

/** A client whose Slack answers each method with what is given. */
function clientThatHears(answers: Readonly<Record<string, object>>): webApi.WebClient {
  const answer: typeof fetch = async (input) => {
    const method = String(input).split('/').at(-1) ?? '';
    return Response.json(answers[method] ?? { ok: false, error: 'unknown_method' });
  };
  return new webApi.WebClient('xoxb-test', { fetch: answer, retryConfig: { retries: 0 } });
}

const file = { name: 'a.csv', title: 'Audit', content: 'x', comment: 'an export' };

test.each([
  [{}, 'unknown_method', 'Try again in a moment'],
  [
    {
      'conversations.open': { ok: true, channel: { id: 'D1' } },
      'files.getUploadURLExternal': { ok: false, error: 'missing_scope' },
    },
    'missing_scope',
    "install it again with XEPA's manifest",
  ],
  [{ 'conversations.open': { ok: true } }, 'no clear answer', 'Try again in a moment'],
])('a file that Slack does not take is told of with the reason', async (answers, why, todo) => {
  const failure = await failureOf(
    createFileSender(createSlackFiles({ client: clientThatHears(answers), fetch })).toPerson('U02BOB', file),
  );
  expect(failure.code).toBe('slack-failed');
  expect(failure.userMessage).toContain(`Slack did not take the file (${why}), so nothing was sent.`);
  expect(failure.userMessage).toContain(todo);
});
