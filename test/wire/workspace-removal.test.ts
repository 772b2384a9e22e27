import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openInstallations } from '../../bot/installations.ts';
import { systemClock } from '../../core/clock.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { first, type StandIn, second } from '../fakes/two-workspaces.ts';
import { anInstallAt } from '../support/an-install.ts';
import { type OAuthScenes, scenesOf } from '../support/oauth-scenes.ts';
import { type OAuthWorld, startOAuthWorld } from '../support/oauth-world.ts';

let world: OAuthWorld;
let scenes: OAuthScenes;
const both = `${first.team},${second.team}`;
const org = 'E000000001';
const soon = { timeout: 10_000 };
const note = { type: 'test', actor: { via: 'system' as const, id: 'test' }, detail: {} };

describe('the way out', () => {
  beforeAll(async () => {
    world = await startOAuthWorld({ XEPA_SLACK_TEAMS: `${both},${org}` });
    scenes = scenesOf(world);
    await scenes.installIn(first);
    await scenes.installIn(second);
    await world.type(first, 'install web-01 --iso debian-13');
    await vi.waitFor(async () => expect(await scenes.posts(first)).toContain(await scenes.idOf('web-01')), soon);
  });
  afterAll(() => world.stop());

  test.each([
    ['that nobody signed', { secret: 'another-secret-0123456789' }, 401],
    ['from before it was installed', { atMs: Date.now() - 3_600_000 }, 200],
  ])('news %s takes nothing away', async (_what, given, status) => {
    expect(await world.event(first, { type: 'app_uninstalled' }, given)).toBe(status);
    expect(await world.command(first, 'list')).toContain('web-01');
    expect(await scenes.kept()).toContain(first.team);
  });

  test('tokens of people that are revoked are none of ours', async () => {
    expect(await world.event(first, { type: 'tokens_revoked', tokens: { oauth: [first.admin], bot: [] } })).toBe(200);
    expect(await world.command(first, 'list')).toContain('web-01');
  });

  test('uninstalled, its people can do nothing; the install goes on, and is shown again after a new install', async () => {
    const consoles = await Promise.all([first, second].map(anOpenConsole));
    world.slack.revoke(first);
    expect(await world.event(first, { type: 'app_uninstalled' })).toBe(200);
    await vi.waitFor(async () => expect(await scenes.kept()).toEqual([second.team]), soon);
    const revoked = async () =>
      Promise.all(consoles.map(async (id) => (await world.store.load(id)).console?.revoked?.by.via ?? null));
    await vi.waitFor(async () => expect(await revoked()).toEqual(['system', null]), soon);
    expect((await scenes.trail()).at(-1)).toEqual({
      type: 'workspace-removed',
      detail: { workspace: first.team, why: 'uninstalled' },
    });
    await scenes.nothingHappens(first, () => world.command(second, 'list'));
    const id = await scenes.idOf('web-01');
    const end = await world.store.update(id, (record) => ({ record: { ...record, phase: 'undone' }, note }));
    expect(end.phase).toBe('undone');
    // The other one is served as before, and by then the notice of the first has been seen.
    expect(await world.command(second, 'list')).not.toContain(id);
    await scenes.installIn(first);
    // As the sweep does within half a minute.
    await world.store.note(id, note);
    await vi.waitFor(async () => expect(await world.command(first, `status ${id}`)).toContain(id), soon);
    await vi.waitFor(async () => expect(await scenes.posts(first)).toMatch(/undone|put back|back as it was/i), soon);
  });

  test('a revoked token of the bot is the same as uninstalled', async () => {
    const { userId } = await botOf(first);
    expect(await world.event(first, { type: 'tokens_revoked', tokens: { bot: [userId] } })).toBe(200);
    await vi.waitFor(async () => expect(await scenes.kept()).toEqual([second.team]), soon);
  });

  test('a workspace that its organisation takes out is the same as uninstalled, and its others are served on', async () => {
    const keyring = parseKeyring(world.settings.XEPA_SECRET ?? '');
    const installations = openInstallations({ redis: world.redis, clock: systemClock, keyring }, []);
    await installations.storeInstallation({
      ...{ team: undefined, enterprise: { id: org }, isEnterpriseInstall: true },
      user: { id: first.admin, token: undefined, scopes: undefined },
      bot: { token: 'xoxb-org', userId: 'U0XEPA', id: 'B01', scopes: ['chat:write'] },
    });
    const [out, stays] = [
      { ...first, team: 'T0ORGOUT' },
      { ...first, team: 'T0ORGIN' },
    ];
    for (const { team } of [out, stays, second]) await world.redis.hset('xepa:slack:orgs', team, org);
    const consoles = await Promise.all([out, stays].map(anOpenConsole));
    const beside = `xe-${second.team.toLowerCase()}`;
    const before = (await world.store.load(beside)).console;
    const more = {
      ...{ team_id: null, enterprise_id: org },
      authorizations: [
        { enterprise_id: org, team_id: null, user_id: 'U0XEPA', is_bot: true, is_enterprise_install: true },
      ],
    };
    const event = { type: 'team_access_revoked', team_ids: [out.team, second.team] };
    expect(await world.event(first, event, { more })).toBe(200);
    const revoked = async () =>
      Promise.all(consoles.map(async (id) => (await world.store.load(id)).console?.revoked?.by.via ?? null));
    await vi.waitFor(async () => expect(await revoked()).toEqual(['system', null]), soon);
    await vi.waitFor(async () => expect(await world.redis.hkeys('xepa:slack:orgs')).toEqual([stays.team]), soon);
    expect(await scenes.trail()).toContainEqual({
      type: 'workspace-removed',
      detail: { workspace: out.team, why: 'taken out by its organisation' },
    });
    expect(await scenes.kept()).toContain(org);
    // That one has installed the app by itself as well.
    expect((await world.store.load(beside)).console).toEqual(before);
    expect(await world.command(second, 'list')).not.toContain('went wrong');
  });

  test('taken off the list at a restart, its consoles are closed, and those of the others are not', async () => {
    const ours = `xe-${second.team.toLowerCase()}`;
    const revoked = async () => (await world.store.load(ours)).console?.revoked;
    await world.restartBot({ XEPA_SLACK_TEAMS: `${both},${org}` });
    expect(await revoked()).toBeUndefined();
    const before = await epochOf(ours);
    await world.restartBot({ XEPA_SLACK_TEAMS: first.team });
    expect(await revoked()).toMatchObject({ by: { via: 'system' } });
    expect(await epochOf(ours)).toBe(before + 1);
    expect((await world.store.load(ours)).phase).toBe('forward');
    await world.restartBot({ XEPA_SLACK_TEAMS: `${both},${org}` });
    expect(await epochOf(ours)).toBe(before + 1);
    expect(await world.command(second, 'list')).toContain(ours);
  });

  test('with Redis down a command gets an answer, though no token can be found', async () => {
    await world.stopRedis();
    expect(await world.command(second, 'list')).toContain('nothing was done');
  });

  /** Rises when all links and sessions of its console are void. */
  async function epochOf(id: string): Promise<number> {
    return Number(await world.redis.get(`xepa:{${id}}:console-epoch`));
  }

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
    return { userId: await scenes.whoIs(token ?? '') };
  }
});
