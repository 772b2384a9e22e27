import { afterEach, expect, test } from 'vitest';
import { type SlackToAsk, slackChecks } from '../../bot/doctor/slack.ts';
import { judgeWorkspaces, workspacesCheck } from '../../bot/doctor/workspaces.ts';
import manifest from '../../bot/manifest.json' with { type: 'json' };
import { systemClock } from '../../core/clock.ts';
import { runChecks } from '../../core/doctor/check.ts';
import { createLogger } from '../../core/log.ts';
import { type FakeSlackApi, startFakeSlackApi } from '../fakes/fake-slack-api.ts';
import { freePort } from '../support/free-port.ts';

const scopes = manifest.oauth_config.scopes.bot;
const apis: FakeSlackApi[] = [];

afterEach(() => {
  for (const api of apis.splice(0)) api.stop();
});

async function slack(given: Partial<Parameters<typeof startFakeSlackApi>[0]> = {}) {
  const api = await startFakeSlackApi({ bots: { 'xoxb-good': scopes }, apps: ['xapp-good'], ...given });
  apis.push(api);
  return api;
}

/** What the doctor finds, by the names of the checks. */
async function examine(apiUrl: string, wish: Partial<SlackToAsk> = {}) {
  const way = { apiUrl: `${apiUrl}/`, clock: systemClock, log: createLogger('test', 'silent') };
  const transport = { mode: 'socket' as const, appToken: 'xapp-good' };
  const checks = slackChecks({ way, token: 'xoxb-good', byOAuth: false, transport, heard: false, ...wish });
  return Object.fromEntries((await runChecks(checks, [])).map((line) => [line.name, line]));
}

test('a Slack app as the manifest makes it is well, and no socket was opened', async () => {
  const api = await slack();
  const found = await examine(api.apiUrl);
  expect(Object.values(found).map(({ name, state }) => `${name} ${state}`)).toEqual([
    'token ok',
    'scopes ok',
    'clock ok',
    'socket ok',
  ]);
  expect(found.token?.says).toBe('the bot is xepa in the workspace Metal');
  expect(api.calls.toSorted()).toEqual(['apps.connections.open', 'auth.test']);
});

test('scopes that are missing are named, and those too many too', async () => {
  const few = scopes.filter((scope) => !['files:write', 'im:write'].includes(scope));
  const api = await slack({ bots: { 'xoxb-good': [...few, 'channels:history'] } });
  expect((await examine(api.apiUrl)).scopes).toMatchObject({
    state: 'fail',
    says: 'the token lacks `im:write`, `files:write`',
    todo: expect.stringContaining('Install App'),
  });
  const all = await slack({ bots: { 'xoxb-good': [...scopes, 'channels:history'] } });
  expect((await examine(all.apiUrl)).scopes).toMatchObject({
    state: 'ok',
    says: expect.stringContaining('channels:history, which XEPA does not use'),
  });
});

test('a token that Slack refuses is named by its setting, and what follows from it is skipped', async () => {
  const api = await slack();
  const found = await examine(api.apiUrl, { token: 'xoxb-old', transport: { mode: 'socket', appToken: 'xapp-old' } });
  expect(found.token).toMatchObject({ state: 'fail', says: 'Slack refuses `SLACK_BOT_TOKEN` (invalid_auth)' });
  expect(found.socket).toMatchObject({ state: 'fail', says: 'Slack refuses `SLACK_APP_TOKEN` (invalid_auth)' });
  expect([found.scopes?.state, found.clock?.state]).toEqual(['skipped', 'skipped']);
});

test.each([
  [-90_000, 'behind ours'],
  [90_000, 'ahead of ours'],
])('a clock that differs by %i ms fails', async (aheadMs, says) => {
  const api = await slack({ aheadMs });
  expect((await examine(api.apiUrl)).clock).toMatchObject({ state: 'fail', says: expect.stringContaining(says) });
});

test('a Slack that does not answer fails at once, and says where to look', async () => {
  const found = await examine(`http://127.0.0.1:${await freePort()}/api`);
  expect(found.token).toMatchObject({ state: 'fail', says: 'Slack does not answer' });
  expect(found.token?.todo).toContain('SLACK_API_URL');
});

test('with requests from Slack the signing secret is looked at, and whether one has come', async () => {
  const api = await slack();
  const http = (signingSecret: string) => ({ mode: 'http' as const, signingSecret });
  const well = await examine(api.apiUrl, { transport: http('0123456789abcdef0123456789abcdef'), heard: true });
  expect([well['signing secret']?.state, well.requests?.state, well.socket]).toEqual(['ok', 'ok', undefined]);
  const odd = await examine(api.apiUrl, { transport: http('a-wrong-copy-of-it') });
  expect([odd['signing secret']?.state, odd.requests?.state]).toEqual(['warn', 'skipped']);
  expect(JSON.stringify(odd)).not.toContain('a-wrong-copy');
});

test('a token that came by OAuth is renewed by installing again, not by copying', async () => {
  const api = await slack();
  const found = await examine(api.apiUrl, { token: 'xoxb-old', byOAuth: true });
  expect(found.token).toMatchObject({
    state: 'fail',
    says: 'Slack refuses the token of this workspace (invalid_auth)',
  });
  expect(found.token?.todo).toContain('/slack/install');
});

test.each([
  [{ kept: 1, used: 1, sealed: 0, listed: 2 }, 'ok', 'installed by OAuth in one workspace'],
  [{ kept: 3, used: 3, sealed: 0, listed: 3 }, 'ok', 'installed by OAuth in 3 workspaces'],
  [{ kept: 0, used: 0, sealed: 0, listed: 1 }, 'warn', 'installed by OAuth in no workspace yet'],
  [{ kept: 0, used: 0, sealed: 0, listed: 0 }, 'warn', 'no workspace may install the app'],
  [{ kept: 3, used: 1, sealed: 0, listed: 1 }, 'warn', '2 of them not in `XEPA_SLACK_TEAMS`'],
  [{ kept: 2, used: 1, sealed: 1, listed: 2 }, 'fail', 'the tokens of 1 of 2 workspaces cannot be opened'],
])('of installations %j it is said: %s', (count, state, says) => {
  expect(judgeWorkspaces(count)).toMatchObject({ state, says: expect.stringContaining(says) });
});

test('installations are counted, those that cannot be opened too, and none is named', async () => {
  const find = async (id: string) => (id === 'T03' ? Promise.reject(new Error('sealed')) : null);
  const installations = async () => ({ ids: async () => ['T01', 'T03'], find });
  const [line] = await runChecks([workspacesCheck({ installations, listed: ['T01'] })], []);
  expect(line).toMatchObject({ part: 'slack', name: 'workspaces', state: 'fail' });
  expect(JSON.stringify(line)).not.toMatch(/T0[13]/);
});
