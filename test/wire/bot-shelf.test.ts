import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findBreak } from '../../core/audit-chain.ts';
import { systemClock } from '../../core/clock.ts';
import { createGeneralTrail, type GeneralTrail } from '../../core/general-trail.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';

const { alice, bob, carol, team } = workspace;
const soon = { timeout: 10_000, interval: 40 };
const digest = 'ab'.repeat(32);

/** Stands in for a mirror. */
async function startMirror(): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const there = request.method === 'HEAD' && request.url === '/os.iso';
    response.writeHead(there ? 200 : 404, there ? { 'content-length': '650000000' } : {}).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe.each(['socket', 'http'] as const)('what operators keep in Slack, over %s', (mode) => {
  let world: BotWorld;
  let mirror: { server: Server; url: string };
  let trail: GeneralTrail;

  beforeAll(async () => {
    mirror = await startMirror();
    // Carol is nobody's approver.
    const settings = {
      XEPA_APPROVERS: `${alice},${bob}`,
      XEPA_ISO_ALLOW: `https://mirror.example.com/,${mirror.url}/`,
    };
    world = await startBotWorld(mode, settings);
    trail = createGeneralTrail({ redis: world.redis, clock: systemClock });
  });
  afterAll(async () => {
    await world.stop();
    await new Promise((done) => mirror.server.close(done));
  });

  /** Types it, and waits for the answer to that person, or to everybody. */
  async function say(user: string, text: string, words: string, to: 'me' | 'all' = 'me'): Promise<SlackMessage> {
    const before = new Set((await world.slack.messages()).map((one) => one.ts));
    await world.slack.command(user, text);
    return answer(before, (one) => {
      const fits = to === 'me' ? one.ephemeral_to === user : one.ephemeral_to === undefined;
      return fits && JSON.stringify(one).includes(JSON.stringify(words).slice(1, -1));
    });
  }

  async function answer(before: ReadonlySet<string>, fits: (one: SlackMessage) => boolean): Promise<SlackMessage> {
    return vi.waitFor(async () => {
      const news = (await world.slack.messages()).filter((one) => !before.has(one.ts));
      const found = news.find(fits);
      if (!found) throw new Error(`no such message among ${JSON.stringify(news.map((one) => one.text))}`);
      return found;
    }, soon);
  }

  const installsOf = async (name: string) =>
    (await world.store.listRecent(100)).filter((record) => record.device.name === name);
  const newest = async (type: string) => (await trail.events()).findLast((event) => event.type === type);

  describe('devices', () => {
    test('are listed in pages, searched, and shown', async () => {
      const first = await say(carol, 'devices', 'Devices 1–10 of 16');
      expect(first.text).toContain('page 1 of 2');
      const before = new Set((await world.slack.messages()).map((one) => one.ts));
      const value = findButton(first, 'xepa.devices.later')?.value ?? '';
      await world.slack.clickOn(first, { user: carol, actionId: 'xepa.devices.later', value });
      await answer(before, (one) => one.ephemeral_to === carol && one.text.includes('Devices 11–16 of 16'));
      await say(carol, 'devices prod --page 1', 'Devices 1–5 of 5 with `prod`');
      await say(carol, 'devices "web lab/srv-1"', '`web-01`');
      await say(carol, 'devices &lt;!channel&gt;', 'There is no device with `&lt;!channel&gt;`');
      await say(carol, 'device show WEB-01', '*State*  🟢 free');
    });

    test('are locked against everybody but the owner, with who, why and until when', async () => {
      await say(carol, 'device lock web-02 --reason "new &lt;!channel&gt; disk" --until 2h', 'is locked for you until');
      const refused = await say(bob, 'install web-02 --iso debian-13', 'The device is locked by <@U03CAROL> until');
      expect(refused.text).toContain('new &lt;!channel&gt; disk');
      const reason = expect.stringContaining(`locked by ${carol} until`);
      const detail = { what: 'install', device: 'lab/srv-2', reason };
      expect(await newest('refused')).toMatchObject({ actor: { id: bob }, detail });
      await say(bob, 'device tag web-02 --add db', 'is locked by <@U03CAROL>');
      await say(bob, 'device lock web-02 --reason mine', 'is locked by <@U03CAROL>');
      expect(await installsOf('web-02')).toEqual([]);
      expect(await newest('device-locked')).toMatchObject({ actor: { id: carol }, detail: { device: 'lab/srv-2' } });
      expect(await newest('refused')).toMatchObject({ actor: { id: bob }, detail: { what: 'lock-device' } });
      await say(bob, 'devices web-02', '🔒 locked by <@U03CAROL> until');
      await say(carol, 'install web-02 --iso debian-13', 'install xe-', 'all');
      await say(bob, 'devices web-02', '🔵 in install `xe-');
    });

    test('are unlocked by the owner, and by an approver who says why, for all to see', async () => {
      await say(alice, 'device lock web-03 --reason mine', 'until somebody lifts it');
      await say(bob, 'device unlock web-03', 'is locked by <@U01ALICE>');
      await say(carol, 'device unlock web-03 --reason "I want it"', 'needs the role admin, which you do not have');
      await say(bob, 'device unlock web-03 --reason "she is away"', '<@U02BOB> lifted the lock of <@U01ALICE>', 'all');
      await say(bob, 'device unlock web-03', 'is not locked');
      await say(alice, 'device lock web-03 --reason again', 'is locked for you');
      await say(alice, 'device unlock web-03', 'is not locked any more');
      expect(await newest('device-unlocked')).toMatchObject({ actor: { id: alice }, detail: { lockedBy: alice } });
    });

    test('have tags of ours, which the policy sees; those of the provider stay', async () => {
      await say(carol, `device tag web-04 --add prod,rack-3 --owner <@${bob}|bob>`, 'tags of XEPA `prod`, `rack-3`');
      await say(carol, 'device show web-04', `*Owner*  <@${bob}>`);
      await say(carol, 'install web-04 --iso debian-13', 'Approval needed', 'all');
      expect((await installsOf('web-04'))[0]).toMatchObject({
        phase: 'approval',
        device: { tags: ['web', 'prod', 'rack-3'] },
      });
      await say(alice, 'device tag web-04 --remove web', 'from its provider (`lab`), so it can be removed only there');
      await say(alice, 'device tag web-04 --remove nope', 'has no tag `nope`');
      await say(alice, 'device tag web-04 --add &lt;!channel&gt;', 'is no tag for XEPA');
      await say(alice, 'device tag web-04 --owner &lt;!channel&gt;', 'is nobody');
      await say(alice, 'device tag web-04 --owner U09GHOST', 'did not tell XEPA who `U09GHOST` is');
      await say(alice, 'device tag web-04', 'Nothing is to be changed');
    });

    test('lose a protecting tag only by an approver, and never in silence', async () => {
      await say(carol, 'device tag web-05 --add PROD', 'tags of XEPA `prod`');
      await say(carol, 'device tag web-05 --remove prod', 'needs the role admin, which you do not have');
      expect(await newest('refused')).toMatchObject({ actor: { id: carol }, detail: { what: 'override' } });
      await say(carol, 'device show web-05', '*Tags of XEPA*  `prod`');
      await say(bob, 'device tag web-05 --remove prod', '<@U02BOB> took the tag `prod` from `web-05`', 'all');
      expect(await newest('device-tagged')).toMatchObject({ actor: { id: bob }, detail: { removed: ['prod'] } });
      await say(carol, 'device show web-05', '*Tags of XEPA*  none');
    });
  });

  describe('ISOs', () => {
    test('are added with a digest, shown, asked for, installed, and retired', async () => {
      const url = `${mirror.url}/os.iso`;
      await say(alice, `iso add Talos-1.9 --url <${url}> --sha256 ${digest}`, '`talos-1.9` is now in the library');
      await say(alice, `iso add talos-1.9 --url ${url} --sha256 ${digest}`, 'is already in the library');
      await say(alice, `iso add talos-1.9 --url ${url} --sha256 ${'cd'.repeat(32)}`, 'stands for another SHA-256');
      await say(carol, 'iso list', '`talos-1.9`  🟢 in the library');
      await say(carol, 'iso show talos-1.9', `by <@${alice}> on`);
      await say(carol, 'iso verify talos-1.9', 'it has 650 MB. Whether its content fits the checksum shows only');
      expect(await newest('iso-verified')).toMatchObject({
        actor: { id: carol },
        detail: { ok: true, bytes: 650_000_000 },
      });
      await say(carol, 'install web-06 --iso talos-1.9', 'install xe-', 'all');
      expect((await installsOf('web-06'))[0]?.request.iso).toEqual({ url, name: 'talos-1.9', sha256: digest });
      await say(bob, 'iso retire talos-1.9', 'is retired: nobody installs it any more');
      await say(bob, 'iso retire talos-1.9', 'was retired already');
      await say(carol, 'isos', `⚪ retired by <@${bob}> on`);
      await say(carol, 'install web-07 --iso talos-1.9', `was retired by <@${bob}>`);
      expect(await newest('refused')).toMatchObject({ actor: { id: carol }, detail: { what: 'install' } });
      expect(
        (await trail.events()).filter(({ type }) => type.startsWith('iso-re') || type === 'iso-added'),
      ).toHaveLength(2);
    });

    test.each([
      [alice, `iso add x --url https://mirror.example.com/x.iso`, '`--sha256` is missing'],
      [alice, `iso add x --url https://mirror.example.com/x.iso --sha256 12`, '64 hexadecimal digits'],
      [alice, `iso add x --url https://evil.example.com/x.iso --sha256 ${digest}`, 'ISOs may come only from'],
      [alice, `iso add debian-13 --url https://mirror.example.com/x.iso --sha256 ${digest}`, 'comes from the settings'],
      [alice, 'iso retire Debian-13', 'comes from the settings'],
      [alice, 'iso retire nope', 'There is no ISO `nope`'],
      [
        alice,
        `iso add &lt;!channel&gt; --url https://mirror.example.com/x.iso --sha256 ${digest}`,
        'is no name for an ISO',
      ],
      [
        carol,
        `iso add x --url https://mirror.example.com/x.iso --sha256 ${digest}`,
        'needs the role approver or admin',
      ],
      [carol, 'iso retire debian-13', 'needs the role approver or admin'],
      [carol, 'iso show debian-12', 'Did you mean `debian-13`'],
      [carol, 'iso verify &lt;!channel&gt;', 'There is no ISO `&lt;!channel&gt;`'],
    ])('%s: %s is refused with advice', async (user, text, words) => {
      const told = await say(user, text, words);
      expect(told.text).toContain('⚠️');
    });
  });

  describe('freezes', () => {
    test('stop everything or a tag, for all to see, until they are thawed', async () => {
      await say(carol, 'freeze --until 2h --reason "my own"', 'Freezing needs the role approver or admin');
      const told = await say(
        alice,
        'freeze --until 2h --reason "release &lt;!channel&gt;"',
        'Everything is frozen by',
        'all',
      );
      expect(told.text).toContain('release &lt;!channel&gt;');
      const refused = await say(carol, 'install web-08 --iso debian-13', 'Everything is frozen by <@U01ALICE> until');
      expect(refused.text).toContain('release');
      await say(carol, 'devices web-08', '🧊 Everything is frozen by');
      await say(carol, 'thaw', 'Freezing needs the role approver or admin');
      await say(bob, 'thaw', '<@U02BOB> thawed everything, which <@U01ALICE> had frozen', 'all');
      await say(bob, 'thaw', 'There is nothing to thaw');
      await say(alice, 'freeze PROD --until 30m --reason audit', 'Devices that it concerns now: ', 'all');
      await say(carol, 'install db-01 --iso debian-13', 'Devices with the tag prod are frozen by <@U01ALICE> until');
      await say(carol, 'device tag db-01 --add x', 'Devices with the tag prod are frozen by <@U01ALICE> until');
      const detail = { what: 'tag-device', device: 'lab/srv-db-01' };
      expect(await newest('refused')).toMatchObject({ actor: { id: carol }, detail });
      await say(carol, 'install web-08 --iso debian-13', 'install xe-', 'all');
      await say(alice, 'thaw prod', 'thawed everything with the tag `prod`', 'all');
      expect(await installsOf('db-01')).toEqual([]);
      expect(await newest('thawed')).toMatchObject({ actor: { id: alice }, detail: { tag: 'prod' } });
    });

    test('vanish by themselves when their time has come', async () => {
      const past = { team, tag: null, until: Date.now() - 1, reason: 'over', by: alice };
      const frozen = { type: 'frozen', actor: { via: 'slack' as const, id: alice }, detail: {} };
      await trail.change({ shelf: 'freezes', item: `${team}/` }, () => ({ json: JSON.stringify(past), note: frozen }));
      await say(carol, 'install web-09 --iso debian-13', 'install xe-', 'all');
      await say(alice, 'thaw', 'There is nothing to thaw');
      await trail.change({ shelf: 'freezes', item: `${team}/` }, () => ({
        json: null,
        note: { ...frozen, type: 'tidied-up' },
      }));
    });

    test.each([
      ['freeze --reason x', '`--until` is missing'],
      ['freeze --until 2h', '`--reason` is missing'],
      ['freeze --until yesterday --reason x', 'is no time. Type how long'],
      ['freeze --until 2020-01-01 --reason x', 'is not in the future'],
    ])('%s is refused with what to type', async (text, words) => {
      await say(alice, text, words);
      expect(await trail.items('freezes')).toEqual(new Map());
    });
  });

  test('what is kept is kept over a restart', async () => {
    await say(alice, 'device lock db-02 --reason "over night" --until 1d', 'is locked for you');
    await world.restartBot();
    await say(bob, 'install db-02 --iso debian-13', 'is locked by <@U01ALICE> until');
  });

  test('help explains a family of commands, and one of them', async () => {
    await say(carol, 'help device', '/xepa device lock DEVICE');
    await say(carol, 'device lock -h', 'How to use /xepa device lock');
    await say(carol, 'device', 'needs one more word');
  });

  test('the trail of all that is whole, and nothing typed could ping', async () => {
    const events = await trail.events();
    expect(findBreak(events, await trail.head())).toBeNull();
    expect(events.length).toBeGreaterThan(20);
    // Slack's own form of a moment, as the bot writes it, and nothing that only looks alike.
    const time = /<!date\^\d+\^(?:\{date_short_pretty\} )?\{time\}\|[\d: -]+ UTC>/g;
    const shown = (await world.slack.messages()).filter((one) => one.user !== carol);
    expect(JSON.stringify(shown).replace(time, '')).not.toMatch(/<!|<#|<@(?!U0[123])/);
  });
});
