import { webApi } from '@slack/bolt';
import { expect, test } from 'vitest';
import { createPeople } from '../../bot/people.ts';

/** A client whose Slack answers every call with that. */
function clientOf(answer: object): webApi.WebClient {
  const fetch = async () => new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
  return new webApi.WebClient('xoxb-test', { fetch, retryConfig: { retries: 0 } });
}

const find = (answer: object) => createPeople({ client: clientOf(answer), teamId: 'T1' }).find('U1');
const user = { id: 'U1', team_id: 'T1', is_bot: false, deleted: false };

test('a full member has no flag set', async () => {
  expect(await find({ ok: true, user })).toEqual({
    ...{ id: 'U1', teamId: 'T1', isBot: false, deleted: false },
    ...{ isRestricted: false, isUltraRestricted: false, isStranger: false },
  });
});

test('what Slack says of guests and strangers is kept', async () => {
  const flags = { is_restricted: true, is_ultra_restricted: true, is_stranger: true, is_bot: true, deleted: true };
  expect(await find({ ok: true, user: { ...user, ...flags, team_id: 'T2' } })).toMatchObject({
    ...{ teamId: 'T2', isRestricted: true, isUltraRestricted: true, isStranger: true, isBot: true, deleted: true },
  });
});

test('a member of several workspaces of one organisation is at home in each', async () => {
  const grid = { ...user, team_id: 'T2', enterprise_user: { teams: ['T2', 'T1'] } };
  expect((await find({ ok: true, user: grid })).teamId).toBe('T1');
});

test.each([
  ['Slack refuses', { ok: false, error: 'user_not_found' }],
  ['the answer lacks what decides', { ok: true, user: { id: 'U1', team_id: 'T1' } }],
  ['the answer is empty', { ok: true }],
])('nobody is let through on a guess when %s', async (_why, answer) => {
  await expect(find(answer)).rejects.toMatchObject({ code: 'slack-failed' });
});
