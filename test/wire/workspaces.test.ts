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

  test('what concerns no install is read by none of them in Slack: it says what people of the others did', async () => {
    const general = createGeneralTrail({ redis: world.redis, clock: systemClock });
    await general.note({ type: 'lock-set', actor: { via: 'slack', id: 'U0SECRET' }, detail: { reason: 'ours alone' } });
    const told = await world.command(second, 'audit');
    expect(told).toContain(await idOf('web-02'));
    expect(told).not.toMatch(/U0SECRET|ours alone/);
    const proven = await world.command(second, 'audit --verify');
    expect(proven).toContain('whole');
    expect(proven).not.toContain('what concerns none');
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

  test('what one has locked and frozen holds in the other, which hears neither who nor why', async () => {
    await world.command(first, 'device lock web-03 --reason "ours alone"');
    await world.type(first, 'freeze ours-only --until 2h --reason "ours alone"');
    await vi.waitFor(async () => expect(await posts(first)).toContain('frozen by'), soon);
    await world.command(first, 'device tag web-03 --add ours-only');
    const secret = new RegExp(`ours alone|${first.admin}`);
    for (const [text, words] of [
      ['install web-03 --iso debian-13', 'The device is locked in another workspace.'],
      ['device show web-03', '🔒 locked in another workspace until somebody lifts it'],
      ['device lock web-03 --reason "mine"', 'Only people there can lift it'],
      ['device unlock web-03', 'Only people there can lift it'],
      ['device unlock web-03 --reason "they are on holiday"', 'Only people there can lift it'],
      ['device tag web-03 --add x', 'The device is locked in another workspace.'],
      ['devices', '🧊 Everything with the tag `ours-only` is frozen in another workspace'],
      ['install web-03 --iso debian-13', 'Devices with the tag ours-only are frozen in another workspace until'],
      ['thaw ours-only', 'Only people there can thaw it'],
      ['thaw', 'There is nothing to thaw'],
    ] as const) {
      const said = await world.command(second, text);
      expect(said, text).toContain(words);
      expect(said, text).not.toMatch(secret);
    }
    expect(await posts(second)).not.toMatch(secret);
    // A freeze of the same there is another one, and its end opens nothing.
    await world.type(second, 'freeze ours-only --until 1h --reason "audit"');
    await vi.waitFor(async () => expect(await posts(second)).toContain('frozen by'), soon);
    await world.type(second, 'thaw ours-only');
    await vi.waitFor(async () => expect(await posts(second)).toContain('It makes no difference yet'), soon);
    expect(await world.command(second, 'install web-03 --iso debian-13')).toContain('frozen in another workspace');
    expect(await world.command(first, 'device unlock web-03')).toContain('not locked any more');
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
