import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { parseKeyring } from '../../core/keyring.ts';
import { createTickets, type TicketClaims } from '../../core/tickets.ts';
import type { CallArguments } from '../fakes/slack-proxy/fault-book.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';
import { startProxiedWorld } from '../support/proxied-world.ts';

const { alice, bob, carol, bot } = workspace;
const soon = { timeout: 10_000, interval: 40 };
const system = { via: 'system', id: 'test' } as const;

describe.each(['socket', 'http'] as const)('console links over %s', (mode) => {
  let world: Awaited<ReturnType<typeof startProxiedWorld>>;

  beforeAll(async () => {
    world = await startProxiedWorld(mode);
    world.proxy.setPerson('U04GUEST', { team_id: workspace.team, is_restricted: true });
  });
  afterAll(async () => {
    await world.stop();
  });

  /** An install whose installer runs, asked for by alice. */
  async function attended(device: string): Promise<InstallRecord> {
    await world.slack.command(alice, `install ${device} --iso debian-13`);
    const { id } = await vi.waitFor(async () => {
      const found = (await world.store.listRecent(50)).find((record) => record.device.name === device);
      if (!found) throw new Error('not recorded yet');
      return found;
    }, soon);
    const open = { type: 'test-attend', actor: system, detail: {} };
    const record = await world.store.update(id, (current) => ({
      record: { ...current, phase: 'forward', at: 'attend' },
      note: open,
    }));
    await root(id);
    return record;
  }

  async function message(fits: (message: SlackMessage) => boolean): Promise<SlackMessage> {
    return vi.waitFor(async () => {
      const found = (await world.slack.messages()).find(fits);
      if (!found) throw new Error('no such message');
      return found;
    }, soon);
  }

  const root = (id: string) => message((one) => findButton(one, 'xepa.console')?.value === id);
  const whisper = (user: string, words: string) =>
    message((one) => one.ephemeral_to === user && JSON.stringify(one).includes(words));
  const linkTo = (user: string, device: string) =>
    message((one) => one.ephemeral_to === user && one.text.includes(device) && urlIn(one) !== undefined);
  const eventsOf = (id: string, type: string) =>
    world.store.events(id).then((events) => events.filter((event) => event.type === type));

  const refusedOnce = (id: string, event: object) =>
    vi.waitFor(async () => expect(await eventsOf(id, 'refused')).toMatchObject([event]), soon);

  test('"Watch" gives somebody who may watch a link of their own, that only watches', async () => {
    const { id } = await attended('web-07');
    await world.slack.clickOn(await root(id), { user: bob, actionId: 'xepa.watch', value: id });
    const link = await linkTo(bob, 'web-07');
    expect(link.text).toContain('You watch only');
    expect(claimsIn(link)).toMatchObject({ installId: id, slackUser: bob, name: 'bob', right: 'view' });
    expect(await eventsOf(id, 'console-link-issued')).toMatchObject([
      { actor: { id: bob }, detail: { right: 'view' } },
    ]);
  });

  test('on a production device, who neither asked nor approved may not even watch', async () => {
    const { id } = await attended('db-01');
    const asked = await root(id);
    await world.slack.clickOn(asked, { user: bob, actionId: 'xepa.console', value: id });
    await whisper(bob, 'This device is protected');
    await refusedOnce(id, { actor: { id: bob }, detail: { what: 'console' } });
    await world.slack.clickOn(asked, { user: bob, actionId: 'xepa.watch', value: id });
    await vi.waitFor(async () => expect(await eventsOf(id, 'refused')).toHaveLength(2), soon);
    expect((await eventsOf(id, 'refused'))[1]).toMatchObject({ actor: { id: bob }, detail: { what: 'console-view' } });
    expect(await eventsOf(id, 'console-link-issued')).toEqual([]);
    // Who asked may.
    await world.slack.clickOn(asked, { user: alice, actionId: 'xepa.watch', value: id });
    expect(claimsIn(await linkTo(alice, 'db-01'))).toMatchObject({ slackUser: alice, right: 'view' });
  });

  test('--view-only, --for and --ttl make a link for that person, and for nobody else’s eyes', async () => {
    const { id } = await attended('web-01');
    await world.slack.command(alice, `console ${id} --view-only --for <@${bob}|bob> --ttl 3m`);
    await whisper(alice, `Sent to <@${bob}>`);
    const link = await linkTo(bob, 'web-01');
    expect(link.text).toContain(`<@${alice}> sent you this`);
    expect(link.text).toContain('within 3 min');
    const claims = claimsIn(link);
    expect(claims).toMatchObject({ installId: id, slackUser: bob, name: 'bob', right: 'view' });
    expect(claims.expiresAt - Date.now()).toBeGreaterThan(150_000);
    const ticket = new URL(urlIn(link) ?? '').hash.slice(1);
    const others = (await world.slack.messages()).filter((one) => one.ts !== link.ts);
    expect(JSON.stringify(others)).not.toContain(ticket);
    expect(await eventsOf(id, 'console-link-issued')).toMatchObject([
      { actor: { id: alice }, detail: { right: 'view', ttlSeconds: 180, for: bob } },
    ]);
    expect(JSON.stringify(await world.store.events(id))).not.toContain(ticket);
  });

  test('who is not in the channel gets it as a direct message', async () => {
    const { id } = await attended('web-02');
    const when = (args: CallArguments) => args.user === carol;
    world.proxy.fail({ method: 'chat.postEphemeral', fault: { kind: 'error', error: 'user_not_in_channel' }, when });
    await world.slack.command(alice, `console ${id} --for <@${carol}>`);
    await whisper(alice, `Sent to <@${carol}>`);
    const direct = world.proxy.calls('chat.postMessage').filter((call) => call.args.channel === carol);
    expect(direct).toHaveLength(1);
    expect(JSON.stringify(direct)).toContain('https://xepa.example.com/c#v1.');
    expect(direct[0]?.args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' });
    expect(JSON.stringify(await world.slack.messages())).not.toContain(`"ephemeral_to":"${carol}"`);
  });

  test.each([
    ['who may not have the console', 'db-02', '--for', bob, 'This device is protected'],
    ['an app', 'web-03', '--view-only --for', bot, 'Bots and apps may not do this'],
    ['a guest', 'web-06', '--view-only --for', 'U04GUEST', 'Guests may not do this'],
  ])('no link is made for %s, and the trail says who asked', async (_who, device, option, receiver, reason) => {
    const { id } = await attended(device);
    await world.slack.command(alice, `console ${id} ${option} <@${receiver}>`);
    await whisper(alice, `Nothing was done: <@${receiver}> may not have that. They would be told: ${reason}`);
    expect(await eventsOf(id, 'console-link-issued')).toEqual([]);
    const what = option === '--for' ? 'console' : 'console-view';
    const trail = { what, for: receiver, reason: expect.stringContaining(`done: ${receiver} may not have that.`) };
    expect(await eventsOf(id, 'refused')).toMatchObject([{ actor: { id: alice }, detail: trail }]);
  });

  test('who may not have the console themselves cannot send it to somebody who may', async () => {
    const { id } = await attended('db-03');
    await world.slack.command(bob, `console ${id} --for <@${alice}>`);
    await refusedOnce(id, { actor: { id: bob }, detail: { what: 'console' } });
    expect(await eventsOf(id, 'console-link-issued')).toEqual([]);
  });

  test.each([
    ['--ttl 15m', '`15m` is no time for a link: it may be opened for 60 s to 300 s'],
    ['--ttl 59', '`59` is no time for a link'],
    ['--for bob', 'pick the person from the list'],
    ['--for <@U09NOBODY>', 'did not tell XEPA who <@U09NOBODY> is'],
    ['--view', 'Did you mean `--view-only`'],
  ])('console %s is refused with advice, and no link is made', async (options, advice) => {
    const { id } = (await world.store.listRecent(50)).find((record) => record.device.name === 'web-01') ?? { id: '' };
    const before = await eventsOf(id, 'console-link-issued');
    await world.slack.command(alice, `console ${id} ${options}`);
    await whisper(alice, advice);
    expect(await eventsOf(id, 'console-link-issued')).toHaveLength(before.length);
  });

  test('console revoke voids what was given out, says so once in the thread, and the next link is good', async () => {
    const { id } = await attended('web-04');
    const tickets = createTickets({ redis: world.redis, keyring: parseKeyring(world.secret), clock: systemClock });
    const shown = await root(id);
    await world.slack.command(alice, `console ${id}`);
    const first = await linkTo(alice, 'web-04');
    await world.slack.command(alice, `console revoke ${id}`);
    await whisper(alice, 'All consoles of web-04 are closed');
    expect(await tickets.redeem(ticketIn(first))).toEqual({ ok: false, why: 'revoked' });
    const said = (one: SlackMessage) => one.text.includes(`<@${alice}> closed all consoles of this install`);
    await message((one) => one.thread_ts === shown.ts && said(one));
    expect((await world.slack.messages()).filter(said)).toHaveLength(1);
    expect(await eventsOf(id, 'console-revoked')).toMatchObject([{ actor: { id: alice } }]);
    expect((await world.store.load(id)).phase).toBe('forward');
    await world.slack.command(bob, `console ${id}`);
    const redeemed = await tickets.redeem(ticketIn(await linkTo(bob, 'web-04')));
    expect(redeemed).toMatchObject({ ok: true, claims: { slackUser: bob, right: 'control' } });
    // A second time is news again, and a freeze, which opens no console, keeps none open.
    await world.slack.command(alice, 'freeze --until 2h --reason "somebody got in"');
    await message(({ text }) => text.includes('Everything is frozen'));
    await world.slack.command(alice, 'console revoke web-04');
    await vi.waitFor(async () => expect((await world.slack.messages()).filter(said)).toHaveLength(2), soon);
    await world.slack.command(alice, 'thaw');
    await message(({ text }) => text.includes('thawed everything'));
  });

  test('console revoke is for who may operate, while there is a console', async () => {
    const { id } = await attended('db-04');
    await world.slack.command(bob, `console revoke ${id}`);
    await refusedOnce(id, { actor: { id: bob }, detail: { what: 'console-revoke' } });
    await world.store.update(id, (record) => ({
      record: { ...record, at: 'handback' },
      note: { type: 'test-left', actor: system, detail: {} },
    }));
    await world.slack.command(alice, `console revoke ${id}`);
    await whisper(alice, 'There is no console to close');
    expect(await eventsOf(id, 'console-revoked')).toEqual([]);
  });

  test('who comes and goes shows in the message of the install, without a word in the thread', async () => {
    const { id } = await attended('web-05');
    const { ts } = await root(id);
    const now = [
      { user: alice, right: 'control', since: Date.now() },
      { user: bob, right: 'view', since: Date.now() },
    ] as const;
    const write = (console: InstallRecord['console'], type: string) =>
      world.store.update(id, (record) => ({
        record: { ...record, console },
        note: { type, actor: system, detail: {} },
      }));
    const saysOf = (words: string) => message((one) => one.ts === ts && JSON.stringify(one.blocks).includes(words));
    await write({ now: [...now] }, 'console-opened');
    await saysOf(`At the console: <@${alice}>  ·  👀 Watching: <@${bob}>`);
    await write({ now: [], last: { user: alice, right: 'control', ms: 720_000 } }, 'console-closed');
    await saysOf(`<@${alice}> was at the console for 12 min.`);
    const replies = (await world.slack.messages()).filter((one) => one.thread_ts === ts && !one.ephemeral_to);
    expect(replies.filter((one) => one.text.includes('at the console'))).toEqual([]);
  });
});

function urlIn(message: SlackMessage): string | undefined {
  return findButton(message, 'xepa.open-link')?.url;
}

function ticketIn(message: SlackMessage): string {
  return new URL(urlIn(message) ?? '').hash.slice(1);
}

/** What the ticket of a link says, for whom it is good. */
function claimsIn(message: SlackMessage): TicketClaims {
  return JSON.parse(Buffer.from(ticketIn(message).split('.')[2] ?? '', 'base64url').toString());
}
