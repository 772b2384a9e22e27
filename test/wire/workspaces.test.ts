import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { createGeneralTrail } from '../../core/general-trail.ts';
import { first, type StandIn, second } from '../fakes/two-workspaces.ts';
import { anInstallAt } from '../support/an-install.ts';
import { type OAuthWorld, startOAuthWorld } from '../support/oauth-world.ts';

let world: OAuthWorld;
const both = `${first.team},${second.team}`;
const soon = { timeout: 10_000 };
const note = { type: 'test', actor: { via: 'system' as const, id: 'test' }, detail: {} };

const kept = () => world.redis.hkeys('xepa:slack:installations');
const trail = async () =>
  (await createGeneralTrail({ redis: world.redis, clock: systemClock }).events()).map(({ type, detail }) => ({
    type,
    detail,
  }));

/** Whatever stands in a channel of that workspace. */
async function posts(where: StandIn): Promise<string> {
  return JSON.stringify(await world.slack.ask(where, 'conversations.history', { channel: where.channel }));
}

/** The app is installed and in the channel. */
async function installIn(where: StandIn): Promise<void> {
  const { page } = await world.install(where);
  expect(page.status).toBe(200);
  const token = world.slack.calls.findLast((call) => call.method === 'auth.test')?.token ?? '';
  const bot = await whoIs(token);
  await world.slack.ask(where, 'conversations.invite', { channel: where.channel, users: bot });
}

async function whoIs(token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${world.slack.apiUrl}/auth.test`, { method: 'POST', headers });
  return String(((await answer.json()) as { user_id?: string }).user_id);
}

async function idOf(device: string): Promise<string> {
  const found = await vi.waitFor(async () => {
    const record = (await world.store.listRecent(100)).find((each) => each.device.name === device);
    if (!record) throw new Error(`no install of ${device}`);
    return record;
  }, soon);
  return found.id;
}

/** A command of theirs is taken, and never answered. @param later is done by when an answer would have come */
async function nothingHappens(where: StandIn, later: () => Promise<unknown>): Promise<void> {
  const name = await world.type(where, 'list');
  await later();
  expect(world.slack.answers(name)).toEqual([]);
}

describe('the way in', () => {
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
    await nothingHappens(first, () => world.restartBot({ XEPA_SLACK_TEAMS: first.team }));
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
});

describe('two workspaces', () => {
  beforeAll(async () => {
    world = await startOAuthWorld({ XEPA_SLACK_TEAMS: both });
    await installIn(first);
    await installIn(second);
  });
  afterAll(() => world.stop());

  test('each command runs with the token of its own workspace, and the manifest asks for enough', async () => {
    for (const [where, device] of [
      [first, 'web-01'],
      [second, 'web-02'],
    ] as const) {
      await world.type(where, `install ${device} --iso debian-13`);
      const id = await idOf(device);
      expect((await world.store.load(id)).slack).toEqual({ team: where.team, channel: where.channel });
      await vi.waitFor(async () => expect(await posts(where)).toContain(id), soon);
      await world.openHome(where);
    }
    await vi.waitFor(
      () => expect(world.slack.calls.filter((call) => call.method === 'views.publish')).toHaveLength(2),
      soon,
    );
    expect(world.slack.calls.filter((call) => call.error !== null)).toEqual([]);
    expect(
      new Set(world.slack.calls.filter((call) => call.method === 'users.info').map((call) => call.token)).size,
    ).toBe(2);
  });

  test('the installs of one are nowhere in the other', async () => {
    const [ours, theirs] = [await idOf('web-01'), await idOf('web-02')];
    for (const text of [
      'list',
      'list approvals',
      'status',
      'audit',
      'audit --verify',
      'devices',
      'device show web-01',
      'doctor',
    ]) {
      const said = await world.command(second, text);
      expect(said, text).not.toContain(ours);
    }
    expect(await world.command(second, 'list')).toContain(theirs);
    expect(await world.command(second, 'devices')).toMatch(/`web-01` {2}🔵 in use/);
    expect(await posts(second)).not.toContain(ours);
    expect(await posts(first)).not.toContain(theirs);
  });

  test.each(['status', 'cancel', 'console', 'logs', 'shot', 'audit', 'approve', 'retry', 'break-glass review'])(
    '%s of another workspace finds nothing, as of an id that never was',
    async (verb) => {
      const ours = await idOf('web-01');
      const before = await world.store.load(ours);
      const said = await world.command(second, `${verb} ${ours}`);
      const never = await world.command(second, `${verb} xe-zzzzzz`);
      expect(said.replaceAll(ours, 'xe-zzzzzz')).toBe(never);
      expect(await world.store.load(ours)).toEqual(before);
    },
  );

  test.each(['xepa.cancel', 'xepa.approve', 'xepa.console'])(
    'the button %s does not reach it either',
    async (action) => {
      const ours = await idOf('web-01');
      const before = await world.store.load(ours);
      const said = await world.click(second, action, ours);
      const never = await world.click(second, action, 'xe-zzzzzz');
      expect(said.replaceAll(ours, 'xe-zzzzzz')).toBe(never);
      expect(await world.store.load(ours)).toEqual(before);
    },
  );

  test('a device that the other one has is in use, and no more is told', async () => {
    const said = await world.command(second, 'install web-01 --iso debian-13');
    expect(said).toContain('is in use.');
    expect(said).not.toContain(await idOf('web-01'));
  });

  test('people of one workspace are nobody in the other', async () => {
    const before = (await world.store.listRecent(100)).length;
    const said = await world.command({ ...second, admin: first.admin }, 'install web-03 --iso debian-13');
    expect(said).toContain('did not tell XEPA who you are');
    expect(await world.store.listRecent(100)).toHaveLength(before);
  });

  test('a delivery from nowhere is acknowledged, and nothing runs', async () => {
    const stranger = { ...first, team: 'T0STRANGER' };
    expect(await world.event(stranger, { type: 'app_home_opened', user: 'U1', tab: 'home' })).toBe(200);
    await nothingHappens(stranger, () => world.command(second, 'list'));
  });
});

describe('the way out', () => {
  beforeAll(async () => {
    world = await startOAuthWorld({ XEPA_SLACK_TEAMS: both });
    await installIn(first);
    await installIn(second);
    await world.type(first, 'install web-01 --iso debian-13');
    await vi.waitFor(async () => expect(await posts(first)).toContain(await idOf('web-01')), soon);
  });
  afterAll(() => world.stop());

  test.each([
    ['that nobody signed', { secret: 'another-secret-0123456789' }, 401],
    ['from before it was installed', { atMs: Date.now() - 3_600_000 }, 200],
  ])('news %s takes nothing away', async (_what, given, status) => {
    expect(await world.event(first, { type: 'app_uninstalled' }, given)).toBe(status);
    expect(await world.command(first, 'list')).toContain('web-01');
    expect(await kept()).toContain(first.team);
  });

  test('tokens of people that are revoked are none of ours', async () => {
    expect(await world.event(first, { type: 'tokens_revoked', tokens: { oauth: [first.admin], bot: [] } })).toBe(200);
    expect(await world.command(first, 'list')).toContain('web-01');
  });

  test('uninstalled, its people can do nothing; the install goes on, and is shown again after a new install', async () => {
    const consoles = await Promise.all([first, second].map(anOpenConsole));
    world.slack.revoke(first);
    expect(await world.event(first, { type: 'app_uninstalled' })).toBe(200);
    await vi.waitFor(async () => expect(await kept()).toEqual([second.team]), soon);
    const revoked = async () =>
      Promise.all(consoles.map(async (id) => (await world.store.load(id)).console?.revoked?.by.via ?? null));
    await vi.waitFor(async () => expect(await revoked()).toEqual(['system', null]), soon);
    expect((await trail()).at(-1)).toEqual({
      type: 'workspace-removed',
      detail: { workspace: first.team, why: 'uninstalled' },
    });
    await nothingHappens(first, () => world.command(second, 'list'));
    const id = await idOf('web-01');
    const end = await world.store.update(id, (record) => ({ record: { ...record, phase: 'undone' }, note }));
    expect(end.phase).toBe('undone');
    // The other one is served as before, and by then the notice of the first has been seen.
    expect(await world.command(second, 'list')).not.toContain(id);
    await installIn(first);
    // As the sweep does within half a minute.
    await world.store.note(id, note);
    await vi.waitFor(async () => expect(await world.command(first, `status ${id}`)).toContain(id), soon);
    await vi.waitFor(async () => expect(await posts(first)).toMatch(/undone|put back|back as it was/i), soon);
  });

  test('a revoked token of the bot is the same as uninstalled', async () => {
    const { userId } = await botOf(first);
    expect(await world.event(first, { type: 'tokens_revoked', tokens: { bot: [userId] } })).toBe(200);
    await vi.waitFor(async () => expect(await kept()).toEqual([second.team]), soon);
  });

  test('with Redis down a command gets an answer, though no token can be found', async () => {
    await world.stopRedis();
    expect(await world.command(second, 'list')).toContain('nothing was done');
  });

  /** @returns its id */
  async function anOpenConsole({ team, channel }: StandIn): Promise<string> {
    const id = `xe-${team.toLowerCase()}`;
    const record = anInstallAt('attend', { id, slack: { team, channel } });
    const attend = { step: 'attend' as const, state: 'waiting' as const, run: 'a', failures: 0, startedAt: 1 };
    await world.store.create({ ...record, journal: [...record.journal, attend] }, note);
    return id;
  }

  async function botOf(where: StandIn): Promise<{ userId: string }> {
    const token = world.slack.calls.findLast(
      (call) => call.method === 'chat.postMessage' || call.method === 'chat.update',
    )?.token;
    expect(where).toBe(first);
    return { userId: await whoIs(token ?? '') };
  }
});
