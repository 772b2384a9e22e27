import { webApi } from '@slack/bolt';
import { expect, test } from 'vitest';
import { createPeople } from '../../bot/people.ts';

/** A client whose Slack answers `users.info` with that, and questions for members of groups from a table. */
function clientOf(answer: object, groups: Record<string, object> = {}): webApi.WebClient {
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const group = new URLSearchParams(String(init?.body)).get('usergroup') ?? '';
    const said = String(url).endsWith('usergroups.users.list') ? groups[group] : answer;
    return new Response(JSON.stringify(said), { headers: { 'content-type': 'application/json' } });
  };
  return new webApi.WebClient('xoxb-test', { fetch, retryConfig: { retries: 0 } });
}

const find = (answer: object, groups: Record<string, object> = {}) =>
  createPeople({ client: clientOf(answer, groups), teamId: 'T1' }).find('U1', Object.keys(groups));
const user = { id: 'U1', team_id: 'T1', is_bot: false, deleted: false };

test('a full member has no flag set', async () => {
  expect(await find({ ok: true, user })).toEqual({
    ...{ id: 'U1', teamId: 'T1', isBot: false, deleted: false },
    ...{ isRestricted: false, isUltraRestricted: false, isStranger: false, groups: [] },
  });
});

test('what Slack says of guests and strangers is kept', async () => {
  const flags = { is_restricted: true, is_ultra_restricted: true, is_stranger: true, is_bot: true, deleted: true };
  expect(await find({ ok: true, user: { ...user, ...flags, team_id: 'T2' } })).toMatchObject({
    ...{ teamId: 'T2', isRestricted: true, isUltraRestricted: true, isStranger: true, isBot: true, deleted: true },
  });
});

test.each([
  [{ display_name: 'Ally', real_name: 'Alice Adler' }, 'Ally'],
  [{ display_name: '', real_name: 'Alice Adler' }, 'Alice Adler'],
  [{ display_name: 'A\u202eB\u0007 <x>' }, 'AB ‹x›'],
  [{ display_name: 'x'.repeat(200) }, `${'x'.repeat(79)}…`],
  [{ display_name: 7 }, undefined],
  [undefined, undefined],
  ['', undefined],
])('a profile of %j gives the name %j, and nobody is turned away for it', async (profile, name) => {
  expect((await find({ ok: true, user: { ...user, profile } })).name).toBe(name);
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

test('the groups that somebody is in are read at that moment; one that is gone holds nobody', async () => {
  const groups = {
    S1: { ok: true, users: ['U1', 'U2'] },
    S2: { ok: true, users: ['U2'] },
    S3: { ok: false, error: 'no_such_subteam' },
  };
  expect((await find({ ok: true, user }, groups)).groups).toEqual(['S1']);
});

test('nobody is let through when Slack does not say who is in a group', async () => {
  const refused = { S1: { ok: false, error: 'missing_scope' } };
  await expect(find({ ok: true, user }, refused)).rejects.toMatchObject({ code: 'slack-failed' });
  await expect(find({ ok: true, user }, { S1: { ok: true } })).rejects.toMatchObject({ code: 'slack-failed' });
});
