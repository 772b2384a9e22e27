import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { findButton, type SlackMessage, workspace } from '../support/local-slack.ts';

const { alice, bob, carol } = workspace;
const soon = { timeout: 10_000, interval: 40 };

describe.each(['socket', 'http'] as const)('the bot over %s', (mode) => {
  let world: BotWorld;

  beforeAll(async () => {
    world = await startBotWorld(mode);
  });
  afterAll(() => world.stop());

  /** The newest install of a device, once it fits. */
  async function installOf(device: string, fits: (record: InstallRecord) => boolean = () => true) {
    return vi.waitFor(async () => {
      const found = (await world.store.listRecent(100)).find((record) => record.device.name === device);
      if (!found || !fits(found)) throw new Error(`no such install of ${device}: ${found?.phase}`);
      return found;
    }, soon);
  }

  async function message(fits: (message: SlackMessage) => boolean): Promise<SlackMessage> {
    return vi.waitFor(async () => {
      const found = (await world.slack.messages()).find(fits);
      if (!found) throw new Error('no such message');
      return found;
    }, soon);
  }

  function roots(messages: SlackMessage[], id: string) {
    return messages.filter(
      (one) => one.thread_ts === undefined && !one.ephemeral_to && JSON.stringify(one).includes(id),
    );
  }

  const whisper = (user: string, words: string) =>
    message((one) => one.ephemeral_to === user && JSON.stringify(one).includes(words));
  const card = (device: string) =>
    message((one) => one.text.includes(`on ${device}`) && findButton(one, 'xepa.approve') !== undefined);

  /** Lets the test stand in for the worker: the installer's screen is there. */
  async function attend(id: string) {
    await world.store.update(id, (record) => ({
      record: { ...record, at: 'attend' },
      note: { type: 'test-attend', actor: { via: 'system', id: 'test' }, detail: {} },
    }));
  }

  test('an install is recorded and shown in exactly one message', async () => {
    await world.slack.command(alice, 'install web-01 --iso debian-13 --reason "new <!channel> disk"');
    const record = await installOf('web-01');
    expect(record).toMatchObject({
      phase: 'forward',
      at: 'reserve',
      request: { requestedBy: { via: 'slack', id: alice } },
    });
    expect(record.request.iso).toEqual({ url: 'https://mirror.example.com/debian-13.iso', name: 'debian-13' });
    const root = await message((one) => JSON.stringify(one).includes(record.id));
    expect(JSON.stringify(root)).not.toContain('<!channel>');
    await attend(record.id);
    await message((one) => one.ts === root.ts && findButton(one, 'xepa.console') !== undefined);
    expect(roots(await world.slack.messages(), record.id)).toHaveLength(1);
    for (const call of await world.slack.calls('chat.postMessage')) {
      // The look-alike keeps form fields as text.
      expect([call.detail.unfurl_links, call.detail.unfurl_media].map(String)).toEqual(['false', 'false']);
    }
  });

  test('a production device waits until somebody else approves, and two clicks are one vote', async () => {
    await world.slack.command(alice, 'install db-01 --iso debian-13');
    const { id } = await installOf('db-01', (record) => record.phase === 'approval');
    const asked = await card('db-01');
    const press = (user: string) => world.slack.clickOn(asked, { user, actionId: 'xepa.approve', value: `${id}#1` });
    await press(alice);
    await whisper(alice, 'somebody else has to decide');
    expect((await world.store.load(id)).phase).toBe('approval');
    await Promise.all([press(bob), press(bob), press(carol)]);
    const approved = await installOf('db-01', (record) => record.phase === 'forward');
    await vi.waitFor(async () => {
      const late = (await world.slack.messages()).filter((one) => one.ephemeral_to && one.text.includes('too late'));
      expect(late).toHaveLength(2);
    }, soon);
    const events = await world.store.events(id);
    expect(events.filter((event) => event.type === 'approved')).toHaveLength(1);
    expect(events.find((event) => event.type === 'refused')).toMatchObject({
      actor: { id: alice },
      detail: { what: 'approve' },
    });
    const decided = await message((one) => one.ts === asked.ts && findButton(one, 'xepa.approve') === undefined);
    expect(decided.text).toContain(`approved by <@${approved.approval?.by?.id}>`);
  });

  test('a denied install ends before it began', async () => {
    await world.slack.command(alice, 'install db-02 --iso debian-13');
    const asked = await card('db-02');
    const { id } = await installOf('db-02');
    await world.slack.clickOn(asked, { user: bob, actionId: 'xepa.deny', value: `${id}#1` });
    await installOf('db-02', (record) => record.phase === 'denied');
    await vi.waitFor(async () => expect(await world.store.listOpenIds()).not.toContain(id), soon);
    await message((one) => one.thread_ts !== undefined && one.text.includes(`denied by <@${bob}>`));
  });

  test('a click after a restart of the bot counts', async () => {
    await world.slack.command(alice, 'install db-03 --iso debian-13');
    const asked = await card('db-03');
    const { id } = await installOf('db-03');
    await world.restartBot();
    await world.slack.clickOn(asked, { user: bob, actionId: 'xepa.approve', value: `${id}#1` });
    await installOf('db-03', (record) => record.phase === 'forward');
    expect(roots(await world.slack.messages(), id)).toHaveLength(1);
  });

  test('an approval that came too late is refused, and the install is over', async () => {
    await world.slack.command(alice, 'install db-04 --iso debian-13');
    const asked = await card('db-04');
    const { id } = await installOf('db-04');
    await world.store.update(id, (record) => ({
      record: { ...record, ...(record.approval ? { approval: { ...record.approval, expiresAt: 1 } } : {}) },
      note: { type: 'test-expired', actor: { via: 'system', id: 'test' }, detail: {} },
    }));
    await world.slack.clickOn(asked, { user: bob, actionId: 'xepa.approve', value: `${id}#1` });
    const record = await installOf('db-04', (one) => one.phase === 'denied');
    expect(record.approval?.state).toBe('expired');
    await whisper(bob, 'expired');
  });

  test('the console link goes to the clicker alone, in a button, behind a fragment', async () => {
    await world.slack.command(alice, 'install web-02 --iso debian-13');
    const { id } = await installOf('web-02');
    await world.slack.command(alice, `console ${id}`);
    await whisper(alice, 'only while the installer runs');
    await attend(id);
    const root = await message((one) => findButton(one, 'xepa.console')?.value === id);
    await world.slack.clickOn(root, { user: carol, actionId: 'xepa.console', value: id });
    const link = await message((one) => one.ephemeral_to === carol && findButton(one, 'xepa.open-link') !== undefined);
    const url = new URL(findButton(link, 'xepa.open-link')?.url ?? '');
    expect(url.origin + url.pathname + url.search).toBe('https://xepa.example.com/c');
    expect(url.hash).toMatch(/^#v1\./);
    expect(link.text).not.toContain('https://');
    const others = (await world.slack.messages()).filter((one) => one.ts !== link.ts);
    expect(JSON.stringify(others)).not.toContain(url.hash.slice(1));
    const events = await world.store.events(id);
    expect(events.map((event) => event.type)).toContain('console-link-issued');
    expect(JSON.stringify(events)).not.toContain(url.hash.slice(1));
  });

  test('"Boot the metal" and "Cancel" decide once', async () => {
    await world.slack.command(alice, 'install web-03 --iso debian-13');
    const { id } = await installOf('web-03');
    await attend(id);
    const root = await message((one) => findButton(one, 'xepa.boot')?.value === id);
    await world.slack.clickOn(root, { user: alice, actionId: 'xepa.boot', value: id });
    await installOf('web-03', (record) => record.decision?.by.id === alice);
    await world.slack.command(alice, 'cancel web-03');
    await installOf('web-03', (record) => record.cancel?.by.id === alice);
    await world.slack.command(alice, 'cancel web-03');
    await whisper(alice, 'nothing to cancel any more');
  });

  test('a stuck install can be tried again or settled by hand', async () => {
    await world.slack.command(alice, 'install web-04 --iso debian-13');
    const { id } = await installOf('web-04');
    await world.store.update(id, (record) => ({
      record: {
        ...record,
        phase: 'stuck',
        journal: [{ step: 'rescue', state: 'undo-failed', run: 'r', failures: 5, startedAt: 1 }],
      },
      note: { type: 'test-stuck', actor: { via: 'system', id: 'test' }, detail: {} },
    }));
    const root = await message((one) => findButton(one, 'xepa.retry')?.value === id);
    await message((one) => one.thread_ts === root.ts && JSON.stringify(one).includes('What to do'));
    await world.slack.clickOn(root, { user: alice, actionId: 'xepa.retry', value: id });
    const retried = await installOf('web-04', (record) => record.phase === 'undo');
    expect(retried.journal[0]).toMatchObject({ state: 'undoing', failures: 0 });
    await world.slack.clickOn(root, { user: alice, actionId: 'xepa.fixed', value: id });
    await whisper(alice, 'settled already');
  });

  test.each([
    ['install web-1 --iso debian-13', 'Did you mean `web-01`'],
    ['install twin --iso debian-13', '`lab/twin`, `other/twin-b`'],
    ['install web-09 --iso http://mirror.example.com/a.iso', 'is not https'],
    ['install web-09 --iso debian-12', 'Did you mean `debian-13`'],
    ['install web-09 --iso debian-13 --sha256 12', '64 hexadecimal digits'],
    ['plan web-09', '`--iso` is missing'],
    ['instal web-09 --iso debian-13', 'Did you mean `/xepa install`'],
    ['install web-01 --iso debian-13', 'is in use by install'],
  ])('%s is refused with advice, and nothing happens', async (text, advice) => {
    await world.slack.command(carol, text);
    const told = await whisper(carol, advice);
    expect(told.text).toContain('⚠️');
    expect((await world.store.listRecent(100)).filter((record) => record.request.requestedBy.id === carol)).toEqual([]);
  });

  test('help, list and status answer the asker alone', async () => {
    await world.slack.command(bob, 'help install');
    await whisper(bob, 'How to use /xepa install');
    await world.slack.command(bob, 'list');
    await whisper(bob, 'installs, newest first');
    await world.slack.command(bob, 'status web-01');
    await message((one) => one.ephemeral_to === bob && one.text.includes('debian-13 on web-01'));
  });

  test('two installs asked for at the same moment do not share a device', async () => {
    await Promise.all([alice, bob].map((user) => world.slack.command(user, 'install web-05 --iso debian-13')));
    await installOf('web-05');
    await message((one) => one.ephemeral_to !== undefined && one.text.includes('`web-05` is in use'));
    const ofDevice = (await world.store.listRecent(100)).filter((record) => record.device.name === 'web-05');
    expect(ofDevice).toHaveLength(1);
  });

  test('health says that Slack and Redis are there', async () => {
    const response = await fetch(world.healthUrl);
    expect([response.status, await response.json()]).toEqual([200, { redis: 'ok', slack: 'ok', token: 'ok' }]);
  });
});

test('with Redis down a command gets a clear answer', async () => {
  const world = await startBotWorld('socket');
  try {
    await world.stopRedis();
    await world.slack.command(alice, 'install web-01 --iso debian-13');
    await vi.waitFor(async () => {
      const told = (await world.slack.messages()).find((one) => one.ephemeral_to === alice);
      expect(told?.text).toContain('cannot reach its database');
    }, soon);
    expect((await fetch(world.healthUrl)).status).toBe(503);
  } finally {
    await world.stop();
  }
});
