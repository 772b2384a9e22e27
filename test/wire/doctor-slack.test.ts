import { afterEach, expect, test } from 'vitest';
import { type SlackToAsk, slackChecks } from '../../bot/doctor/slack.ts';
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
