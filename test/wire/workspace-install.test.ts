import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { createGeneralTrail } from '../../core/general-trail.ts';
import { first, second } from '../fakes/two-workspaces.ts';
import { type OAuthWorld, startOAuthWorld } from '../support/oauth-world.ts';

let world: OAuthWorld;

const kept = () => world.redis.hkeys('xepa:slack:installations');
const trail = async () =>
  (await createGeneralTrail({ redis: world.redis, clock: systemClock }).events()).map(({ type, detail }) => ({
    type,
    detail,
  }));

beforeAll(async () => {
  world = await startOAuthWorld({ XEPA_SLACK_TEAMS: first.team });
});
afterAll(() => world.stop());

test('a state and a cookie are given, and Slack is asked for what the manifest names', async () => {
  const { authorizeUrl, cookie } = await world.begin();
  const url = new URL(authorizeUrl);
  expect(`${url.origin}${url.pathname}`).toBe(`${new URL(world.slack.apiUrl).origin}/oauth/v2/authorize`);
  expect(url.searchParams.get('scope')?.split(',')).toContain('chat:write');
  expect(cookie).toContain(url.searchParams.get('state'));
  expect((await world.get('/slack/install')).headers.get('set-cookie')).toMatch(/Secure; HttpOnly/);
});

test.each([
  ['without a cookie', (state: string) => [state, undefined]],
  ['with the cookie of another browser', (state: string, other: string) => [state, other]],
  ['without a state', (_state: string, _other: string, cookie: string) => ['', cookie]],
  ['with a made-up state that the cookie repeats', () => ['made.up.state', 'slack-app-oauth-state=made.up.state']],
])('a way back %s is refused, and nothing is asked of Slack', async (_how, forge) => {
  const { authorizeUrl, cookie } = await world.begin();
  const { cookie: other } = await world.begin();
  const back = await world.slack.consent(first, authorizeUrl, 'http://127.0.0.1/slack/oauth_redirect');
  const [state, carried] = forge(back.searchParams.get('state') ?? '', other, cookie);
  back.searchParams.set('state', state ?? '');
  const before = world.slack.calls.length;
  const page = await world.get(`${back.pathname}${back.search}`, carried);
  expect([page.status, await page.text()]).toEqual([400, expect.stringContaining('was not installed')]);
  expect([world.slack.calls.length, await kept()]).toEqual([before, []]);
});

test('a workspace that is not named is told so, gets the app taken out again, and stands in the trail', async () => {
  const { page } = await world.install(second);
  expect(page.status).toBe(403);
  expect(await page.text()).toContain(`add ${second.team} to XEPA_SLACK_TEAMS`);
  expect(world.slack.calls.at(-1)).toMatchObject({ method: 'apps.uninstall', error: null });
  expect([await kept(), (await trail()).at(-1)]).toEqual([
    [],
    { type: 'refused', detail: expect.objectContaining({ workspace: second.team }) },
  ]);
});

test('a workspace that is named is installed; its token is sealed, and in no answer', async () => {
  const { page } = await world.install(first);
  const said = `${await page.text()}${JSON.stringify([...page.headers])}`;
  expect([page.status, await kept()]).toEqual([200, [first.team]]);
  const token = world.slack.calls.findLast((call) => call.method === 'auth.test')?.token ?? '';
  expect(token).toMatch(/^xoxb-/);
  expect(said).not.toContain(token);
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  expect(await everything()).not.toContain(token);
  expect((await trail()).at(-1)).toMatchObject({ type: 'workspace-installed', detail: { workspace: first.team } });
});

test('the same way back is good once, even in the browser that began it', async () => {
  const { back, cookie } = await world.install(first);
  const before = world.slack.calls.length;
  const again = await world.get(`${back.pathname}${back.search}`, cookie);
  expect([again.status, await again.text()]).toEqual([400, expect.stringContaining('finished before')]);
  expect(world.slack.calls).toHaveLength(before);
});

test('a code that was used before is refused by Slack, under a new state too', async () => {
  const { back } = await world.install(first);
  const { authorizeUrl, cookie } = await world.begin();
  back.searchParams.set('state', new URL(authorizeUrl).searchParams.get('state') ?? '');
  const page = await world.get(`${back.pathname}${back.search}`, cookie);
  expect([page.status, await page.text()]).toEqual([400, expect.stringContaining('used before')]);
});

test.each([
  ['GET', '/slack/events', 404],
  ['GET', '/slack/other', 404],
  ['POST', '/slack/install', 404],
  ['HEAD', '/slack/install', 404],
])('%s %s is still refused', async (method, path, status) => {
  const url = `http://127.0.0.1:${world.settings.XEPA_BOT_PORT}${path}`;
  expect((await fetch(url, { method })).status).toBe(status);
});

test('a workspace that is taken off the list can do nothing any more, from the next start on', async () => {
  await world.restartBot({ XEPA_SLACK_TEAMS: second.team });
  const name = await world.type(first, 'list');
  // Whatever is under way is done by when a bot has stopped.
  await world.restartBot({ XEPA_SLACK_TEAMS: first.team });
  expect(world.slack.answers(name)).toEqual([]);
  expect(await world.command(first, 'list')).toContain('no such install');
});

async function everything(): Promise<string> {
  const texts: unknown[] = [];
  for (const key of await world.redis.keys('*')) texts.push(key, await world.redis.dump(key), await readable(key));
  return JSON.stringify(texts);
}

async function readable(key: string): Promise<unknown> {
  const type = await world.redis.type(key);
  if (type === 'string') return world.redis.get(key);
  return type === 'hash' ? world.redis.hgetall(key) : null;
}
