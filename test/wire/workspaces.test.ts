import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { createGeneralTrail } from '../../core/general-trail.ts';
import { first, second } from '../fakes/two-workspaces.ts';
import { type OAuthScenes, scenesOf } from '../support/oauth-scenes.ts';
import { type OAuthWorld, startOAuthWorld } from '../support/oauth-world.ts';

let world: OAuthWorld;
let scenes: OAuthScenes;
const both = `${first.team},${second.team}`;
const soon = { timeout: 10_000 };

describe('two workspaces', () => {
  beforeAll(async () => {
    world = await startOAuthWorld({ XEPA_SLACK_TEAMS: both });
    scenes = scenesOf(world);
    await scenes.installIn(first);
    await scenes.installIn(second);
  });
  afterAll(() => world.stop());

  test('each command runs with the token of its own workspace, and the manifest asks for enough', async () => {
    for (const [where, device] of [
      [first, 'web-01'],
      [second, 'web-02'],
    ] as const) {
      await world.type(where, `install ${device} --iso debian-13`);
      const id = await scenes.idOf(device);
      expect((await world.store.load(id)).slack).toEqual({ team: where.team, channel: where.channel });
      await vi.waitFor(async () => expect(await scenes.posts(where)).toContain(id), soon);
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
    const [ours, theirs] = [await scenes.idOf('web-01'), await scenes.idOf('web-02')];
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
    expect(await scenes.posts(second)).not.toContain(ours);
    expect(await scenes.posts(first)).not.toContain(theirs);
  });

  test('what concerns no install is read by none of them in Slack: it says what people of the others did', async () => {
    const general = createGeneralTrail({ redis: world.redis, clock: systemClock });
    await general.note({ type: 'lock-set', actor: { via: 'slack', id: 'U0SECRET' }, detail: { reason: 'ours alone' } });
    const told = await world.command(second, 'audit');
    expect(told).toContain(await scenes.idOf('web-02'));
    expect(told).not.toMatch(/U0SECRET|ours alone/);
    const proven = await world.command(second, 'audit --verify');
    expect(proven).toContain('whole');
    expect(proven).not.toContain('what concerns none');
  });

  test.each(['status', 'cancel', 'console', 'logs', 'shot', 'audit', 'approve', 'retry', 'break-glass review'])(
    '%s of another workspace finds nothing, as of an id that never was',
    async (verb) => {
      const ours = await scenes.idOf('web-01');
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
      const ours = await scenes.idOf('web-01');
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
    expect(said).not.toContain(await scenes.idOf('web-01'));
  });

  test('what one has locked and frozen holds in the other, which hears neither who nor why', async () => {
    await world.command(first, 'device lock web-03 --reason "ours alone"');
    await world.type(first, 'freeze ours-only --until 2h --reason "ours alone"');
    await vi.waitFor(async () => expect(await scenes.posts(first)).toContain('frozen by'), soon);
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
    expect(await scenes.posts(second)).not.toMatch(secret);
    // A freeze of the same there is another one, and its end opens nothing.
    await world.type(second, 'freeze ours-only --until 1h --reason "audit"');
    await vi.waitFor(async () => expect(await scenes.posts(second)).toContain('frozen by'), soon);
    await world.type(second, 'thaw ours-only');
    await vi.waitFor(async () => expect(await scenes.posts(second)).toContain('It makes no difference yet'), soon);
    expect(await world.command(second, 'install web-03 --iso debian-13')).toContain('frozen in another workspace');
    expect(await world.command(first, 'device unlock web-03')).toContain('not locked any more');
  });

  test('people of one workspace are nobody in the other', async () => {
    const before = (await world.store.listRecent(100)).length;
    const said = await world.command({ ...second, admin: first.admin }, 'install web-03 --iso debian-13');
    expect(said).toContain('did not tell XEPA who you are');
    expect(await world.store.listRecent(100)).toHaveLength(before);
  });

  test('installs from before the lists of workspaces stand in them after the next start', async () => {
    const id = await scenes.idOf('web-01');
    await world.redis.del(`xepa:installs:team:${first.team}`, 'xepa:installs:team-lists');
    expect(await world.command(first, 'list')).not.toContain(id);
    await world.restartBot();
    expect(await world.command(first, 'list')).toContain(id);
    expect(await world.command(second, 'list')).not.toContain(id);
  });

  test('a delivery from nowhere is acknowledged, and nothing runs', async () => {
    const stranger = { ...first, team: 'T0STRANGER' };
    expect(await world.event(stranger, { type: 'app_home_opened', user: 'U1', tab: 'home' })).toBe(200);
    await scenes.nothingHappens(stranger, () => world.command(second, 'list'));
  });
});
