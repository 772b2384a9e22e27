import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Device } from '../../core/contracts/device.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { createInventoryStore } from '../../core/inventory-store.ts';
import { startBotWorld } from '../support/bot-world.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';
import { startProxiedWorld } from '../support/proxied-world.ts';
import { sendSigned } from '../support/signed-payload.ts';

const { alice, bob, carol } = workspace;
const soon = { timeout: 20_000, interval: 40 };

/** What somebody pastes who wants to ping everybody, break the message, or make it lie. */
const nasty = `<!channel> <!here> <@${carol}> <https://evil.example|ok> \`\`\` \u202e gnp 😀👩‍👩‍👧 العربية *b* &lt;`;

describe.each(['socket', 'http'] as const)('hard cases over %s', (mode) => {
  let world: Awaited<ReturnType<typeof startProxiedWorld>>;

  beforeAll(async () => {
    world = await startProxiedWorld(mode);
  });
  afterAll(() => world.stop());

  async function message(what: string, fits: (message: SlackMessage) => boolean): Promise<SlackMessage> {
    return vi.waitFor(async () => {
      const found = (await world.slack.messages()).find(fits);
      if (!found) throw new Error(`no message ${what}`);
      return found;
    }, soon);
  }

  async function installOf(device: string, fits: (record: InstallRecord) => boolean = () => true) {
    return vi.waitFor(async () => {
      const found = (await world.store.listRecent(100)).find((record) => record.device.name === device);
      if (!found || !fits(found)) throw new Error(`no such install of ${device}`);
      return found;
    }, soon);
  }

  const whisper = (user: string, words: string) =>
    message(`for ${user}: ${words}`, (one) => one.ephemeral_to === user && JSON.stringify(one).includes(words));

  async function request(device: string, more = '') {
    await world.slack.command(alice, `install ${device} --iso debian-13 ${more}`);
    const { id } = await installOf(device);
    const card = await message(`card of ${id}`, (one) => findButton(one, 'xepa.approve')?.value === `${id}#1`);
    return { id, card, press: (user: string, verb: 'approve' | 'deny') => pressOn(card, user, `xepa.${verb}`) };
  }

  const pressOn = (card: SlackMessage, user: string, actionId: string) =>
    world.slack.clickOn(card, { user, actionId, value: findButton(card, actionId)?.value ?? '' });

  test('a decision on one card leaves the other one alone', async () => {
    const first = await request('db-01');
    const second = await request('db-02');
    await second.press(bob, 'approve');
    await installOf('db-02', ({ phase }) => phase === 'forward');
    expect(await world.store.load(first.id)).toMatchObject({ phase: 'approval', approval: { votes: [] } });
    await first.press(bob, 'deny');
    await installOf('db-01', ({ phase }) => phase === 'denied');
    expect((await world.store.load(second.id)).approval?.state).toBe('approved');
  });

  test('people of other organisations, and guests of one channel, are refused with the reason', async () => {
    const { press } = await request('db-03');
    world.proxy.setPerson(carol, { is_stranger: true });
    await press(carol, 'approve');
    await whisper(carol, 'People of other organisations may not do this');
    world.proxy.setPerson(carol, { is_stranger: false, is_restricted: true, is_ultra_restricted: true });
    await press(carol, 'approve');
    await whisper(carol, 'Guests may not do this');
    world.proxy.setPerson(carol, { is_restricted: false, is_ultra_restricted: false });
    expect((await installOf('db-03')).approval?.votes).toEqual([]);
  });

  test('guests are told nothing of what is here: no list in a form, no nearest name, no Home', async () => {
    world.proxy.setPerson(bob, { is_restricted: true });
    const told = async () => (await world.slack.messages()).filter(({ ephemeral_to: to }) => to === bob);
    const before = (await told()).length;
    const typed = ['install', 'install web-0 --iso debian-13', 'approve web-0', 'console web-0', 'status xe-0'];
    for (const text of typed) await world.slack.command(bob, text);
    await vi.waitFor(async () => expect((await told()).length).toBe(before + typed.length), soon);
    const answers = (await told()).slice(before);
    for (const { text } of answers) expect(text).toContain('Guests may not do this');
    expect(JSON.stringify(answers)).not.toMatch(/web-\d\d|devices were read/);
    expect(world.proxy.calls('views.open')).toEqual([]);
    await world.slack.openHome(bob);
    await vi.waitFor(() => {
      const [home] = world.proxy.calls('views.publish').slice(-1);
      expect(JSON.stringify(home)).toContain('Guests may not do this');
    }, soon);
    world.proxy.setPerson(bob, { is_restricted: false });
  });

  test('a click on a card that has run out puts the card right', async () => {
    const { id, card, press } = await request('db-04');
    await world.store.update(id, (record) => ({
      record: record.approval ? { ...record, approval: { ...record.approval, expiresAt: 1 } } : record,
      note: { type: 'time-passes', actor: { via: 'system', id: 'test' }, detail: {} },
    }));
    await press(bob, 'approve');
    await whisper(bob, 'Your click came too late');
    const now = await message('without buttons', (one) => one.ts === card.ts && !findButton(one, 'xepa.approve'));
    expect(now.text).toContain('expired');
  });

  test('a reason of ten thousand characters full of tricks breaks no message and calls nobody', async () => {
    const reason = nasty.repeat(Math.ceil(10_000 / nasty.length)).replaceAll('"', '');
    await world.slack.command(alice, `install db-05 --iso debian-13 --reason "${reason}"`);
    const { id, request: kept } = await installOf('db-05');
    expect(kept.reason?.length).toBeLessThanOrEqual(2_000);
    const card = await message(`card of ${id}`, (one) => findButton(one, 'xepa.approve')?.value === `${id}#1`);
    await pressOn(card, bob, 'xepa.approve');
    await message('decided', (one) => one.ts === card.ts && one.text.includes(`approved by <@${bob}>`));
    const sent = ['chat.postMessage', 'chat.update', 'chat.postEphemeral'].flatMap((method) =>
      world.proxy.calls(method),
    );
    const about = sent.filter(({ args }) => JSON.stringify(args).includes(id));
    expect(about.length).toBeGreaterThan(2);
    for (const { args } of about) {
      expect(args.text ?? '').not.toBe('');
      expect(`${args.text} ${args.blocks}`).not.toMatch(/<!(channel|here|everyone)|<https:\/\/evil|\u202e/);
      expect(`${args.text} ${args.blocks}`).not.toContain(`<@${carol}>`);
    }
  });

  test('quotes and dashes that a phone has made nice are understood', async () => {
    await world.slack.command(alice, 'install web-03 —iso debian-13 --reason “the disk’s dead”');
    expect((await installOf('web-03')).request).toMatchObject({
      reason: "the disk's dead",
      iso: { name: 'debian-13' },
    });
  });

  test('with Redis down a command gets a clear answer at once, and nothing is posted or kept for later', async () => {
    await world.stopRedis();
    await world.slack.command(alice, 'install web-01 --iso debian-13');
    await whisper(alice, 'cannot reach its database');
    expect((await fetch(world.healthUrl)).status).toBe(503);
    const posted = (await world.slack.messages()).filter((one) => !one.ephemeral_to && one.text.includes('web-01'));
    expect(posted).toEqual([]);
  });
});

test('of more devices than a list may have, typing finds each', async () => {
  const world = await startBotWorld('http');
  try {
    const devices = Array.from({ length: 251 }, (_, index): Device => {
      const id = `n-${String(index).padStart(3, '0')}`;
      return { provider: 'lab', id, name: id, tags: [] };
    });
    await createInventoryStore(world.redis).write({ at: Date.now(), devices, problems: [] });
    const Offered = z.object({ options: z.array(z.object({ value: z.string() })) });
    const search = async (value: string) => {
      const asked = { type: 'block_suggestion', action_id: 'xepa.devices', block_id: 'field.device', value };
      return Offered.parse(await (await sendSigned(world, asked)).json()).options.map((one) => one.value);
    };
    expect(await search('')).toHaveLength(100);
    expect(await search('n-25')).toEqual(['n-250']);
    expect(await search('n-1')).toHaveLength(100);
    await world.slack.command(alice, 'devices');
    await vi.waitFor(async () => {
      const told = (await world.slack.messages()).find((one) => one.ephemeral_to === alice);
      expect(JSON.stringify(told)).toContain('251');
    }, soon);
  } finally {
    await world.stop();
  }
});
