import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Device } from '../../core/contracts/device.ts';
import { createInventoryStore } from '../../core/inventory-store.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';
import { sendSigned } from '../support/signed-payload.ts';

const { alice, bob, carol } = workspace;
const soon = { timeout: 10_000, interval: 40 };
const MINUTE = 60_000;
const Offered = z.object({ options: z.array(z.object({ text: z.object({ text: z.string() }), value: z.string() })) });

const numbered = (provider: string, count: number): Device[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ provider, id: String(index + 1), name: `node-${index + 1}`, address: `192.0.2.${index + 1}`, tags: ['web'] },
  }));

/** Two accounts of one provider, with the same names and numbers; the second one has been silent, as has a third for long. */
const devices: Device[] = [
  ...numbered('acme', 130),
  ...numbered('acme:berlin', 12),
  { provider: 'acme:paris', id: '1', name: 'louvre', tags: [] },
];

describe('devices of several accounts', () => {
  let world: BotWorld;

  beforeAll(async () => {
    world = await startBotWorld('http');
    const now = Date.now();
    await createInventoryStore(world.redis).write({
      at: now,
      devices,
      problems: ['berlin', 'paris'].map((name) => ({
        provider: `acme:${name}`,
        message: `In the account \`${name}\`: Acme's API does not work right now: no answer.`,
      })),
      sources: [
        { provider: 'acme', at: now },
        { provider: 'acme:berlin', at: now - 12 * MINUTE },
        { provider: 'acme:paris', at: now - 40 * MINUTE },
      ],
    });
  });
  afterAll(() => world.stop());

  /** Does it, and waits for an answer to that person with these words. */
  async function toldAfter(act: () => Promise<unknown>, words: string, user: string = carol): Promise<SlackMessage> {
    const before = new Set((await world.slack.messages()).map((one) => one.ts));
    await act();
    return vi.waitFor(async () => {
      const news = (await world.slack.messages()).filter((one) => !before.has(one.ts) && one.ephemeral_to === user);
      const found = news.find((one) => JSON.stringify(one).includes(words));
      if (!found) throw new Error(`nothing with ${words} in ${JSON.stringify(news)}`);
      return found;
    }, soon);
  }
  const say = (text: string, words: string, user: string = carol) =>
    toldAfter(() => world.slack.command(user, text), words, user);
  const offered = async (value: string) => {
    const asked = { type: 'block_suggestion', action_id: 'xepa.devices', block_id: 'field.device', value };
    return Offered.parse(await (await sendSigned(world, asked)).json()).options;
  };

  test('are found by words, and the buttons of a long list keep them', async () => {
    const first = await say('devices node berlin tag:web', 'Devices 1–10 of 12 with `node berlin tag:web`');
    const shown = JSON.stringify(first);
    expect(shown).toContain('192.0.2.1  ·  acme:berlin/1  ·  tags web  ·  🕒 as of 12 min');
    expect(shown).toContain('no answer from acme:berlin, acme:paris. Devices of acme:berlin are as they were 12 min');
    const [actionId, value] = ['xepa.devices.later', findButton(first, 'xepa.devices.later')?.value ?? ''];
    const press = () => world.slack.clickOn(first, { user: carol, actionId, value });
    const second = await toldAfter(press, 'Devices 11–12 of 12');
    expect(findButton(second, 'xepa.devices.earlier')?.value).toBe('1 node berlin tag:web');
  });

  test('of one name are told apart by their account, in lists and in what is noted', async () => {
    await say('device show node-1', 'Several devices are called `node-1`. Type one of `acme/1`, `acme:berlin/1`');
    await say(`device tag acme:berlin/1 --add prod --owner <@${bob}>`, 'tags of XEPA `prod`');
    await say('device show acme/1', '*Tags of XEPA*  none');
    await say('devices tag:prod', 'Devices 1–1 of 1 with `tag:prod`');
    await say(`devices owner:<@${bob}|bob>`, 'acme:berlin/1');
    await say('devices owner:me', 'Devices 1–1 of 1 with `owner:me`', bob);
    await say('devices owner:me', 'There is no device with `owner:me`');
  });

  test('are installed in the account that was named, under the tags that it has there', async () => {
    const install = async (device: string) => {
      await world.slack.command(alice, `install ${device} --iso debian-13`);
      return vi.waitFor(async () => {
        const records = await world.store.listRecent(10);
        const found = records.find((record) => `${record.device.provider}/${record.device.id}` === device);
        if (!found) throw new Error(`no install of ${device}`);
        return found;
      }, soon);
    };
    // The tag is XEPA's own, of a provider's account that knows none.
    expect(await install('acme:berlin/1')).toMatchObject({ phase: 'approval', device: { tags: ['web', 'prod'] } });
    expect(await install('acme/1')).toMatchObject({ phase: 'forward', device: { tags: ['web'] } });
  });

  test('that were last heard of long ago are shown, but not installed', async () => {
    await say('device show louvre', 'What the provider says is as of 40 min');
    await say('install louvre --iso debian-13', '`acme:paris` has not answered for 40 min', alice);
    expect((await world.store.listRecent(10)).filter(({ device }) => device.name === 'louvre')).toEqual([]);
  });

  test('are offered in the form by the same words, at most a hundred, with their age', async () => {
    expect(await offered('')).toHaveLength(100);
    const some = await offered('berlin node-12');
    expect(some.map(({ value }) => value)).toEqual(['acme:berlin/12']);
    expect(some[0]?.text.text).toMatch(/^acme:berlin\/12 \(as of 12 min.* ago\) #web$/);
    expect((await offered('node-13')).map(({ value }) => value)).toEqual(['node-13', 'node-130']);
    expect((await offered('owner:none tag:prod')).map(({ value }) => value)).toEqual([]);
  });
});

describe('a rule about what others own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xepa-owner-'));
  let world: BotWorld;

  beforeAll(async () => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(
      file,
      `version: 1
roles:
  operator: { everyone: true }
  approver: { everyone: true }
  admin: { users: [${alice}] }
rules:
  - name: not-yours
    match: { actions: [install], owner: other }
    require:
      - approvals: 1
`,
    );
    world = await startBotWorld('http', { XEPA_POLICY_FILE: file });
  });
  afterAll(async () => {
    await world.stop();
    rmSync(folder, { recursive: true });
  });

  const told = (fits: (one: SlackMessage) => boolean) =>
    vi.waitFor(async () => {
      const found = (await world.slack.messages()).find(fits);
      if (!found) throw new Error('no such message');
      return found;
    }, soon);
  const phaseOf = (name: string) =>
    vi.waitFor(async () => {
      const found = (await world.store.listRecent(10)).find((record) => record.device.name === name);
      if (!found) throw new Error(`no install of ${name}`);
      return found.phase;
    }, soon);

  test('asks somebody for others, not for the owner, and the server is taken from them by an admin alone, aloud', async () => {
    for (const name of ['web-01', 'web-02']) await world.slack.command(carol, `device tag ${name} --owner <@${bob}>`);
    await told((one) => one.text.includes(`\`web-02\``) && one.text.includes(`Its owner is <@${bob}>`));
    await world.slack.command(carol, 'install web-01 --iso debian-13');
    await world.slack.command(bob, 'install web-02 --iso debian-13');
    expect([await phaseOf('web-01'), await phaseOf('web-02')]).toEqual(['approval', 'forward']);
    await world.slack.command(carol, `device tag web-01 --owner <@${carol}>`);
    await told((one) => one.ephemeral_to === carol && one.text.includes('needs the role admin'));
    await world.slack.command(alice, `device tag web-01 --owner <@${carol}>`);
    await told(
      (one) =>
        one.ephemeral_to === undefined && one.text.includes(`<@${alice}> took \`web-01\` from its owner, <@${bob}>`),
    );
    // What is one's own one may give away.
    await world.slack.command(bob, 'device tag web-02 --owner none');
    await told((one) => one.ephemeral_to === bob && one.text.includes('It has no owner'));
  });
});
