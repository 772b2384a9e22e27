import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { workspace } from '../support/local-slack.ts';
import { startProxiedWorld } from '../support/proxied-world.ts';

const { alice, bob } = workspace;
const always = Number.POSITIVE_INFINITY;

describe.each(['socket', 'http'] as const)('the bot over %s, when Slack fails', (mode) => {
  let world: Awaited<ReturnType<typeof startProxiedWorld>>;
  const soon = { timeout: 10_000, interval: 40 };

  beforeAll(async () => {
    world = await startProxiedWorld(mode);
  });
  afterAll(() => world.stop());

  const installsOf = async (device: string) =>
    (await world.store.listRecent(100)).filter((record) => record.device.name === device);

  test('a delivery that comes twice is done once', async () => {
    world.proxy.disturb({ kind: 'duplicate' });
    await world.slack.command(alice, 'install web-01 --iso debian-13');
    await vi.waitFor(async () => expect(await installsOf('web-01')).toHaveLength(1), soon);
    expect(world.proxy.deliveries()).toBe(2);
    await world.slack.command(alice, 'install web-02 --iso debian-13');
    await vi.waitFor(async () => expect(await installsOf('web-02')).toHaveLength(1), soon);
    const refused = (await world.slack.messages()).filter((message) => message.text.includes('is in use'));
    expect([(await installsOf('web-01')).length, refused]).toEqual([1, []]);
  });

  test('a first message whose answer was lost is posted by nobody a second time', async () => {
    const isRoot = (args: Readonly<Record<string, string>>) => args.blocks?.includes('web-03') === true;
    const cut = world.proxy.fail({ method: 'chat.postMessage', fault: { kind: 'cut' }, when: isRoot });
    await world.slack.command(alice, 'install web-03 --iso debian-13');
    await vi.waitFor(() => expect(cut.hits()).toBe(1), soon);
    // Long enough for the client's own tries, if it made any, and for those of the queue.
    await pause(2_500);
    expect(world.proxy.calls('chat.postMessage').filter((call) => isRoot(call.args))).toHaveLength(1);
  });

  test('an answer whose response URL is used up comes as an ephemeral message', async () => {
    world.proxy.useUpResponseUrls();
    await world.slack.command(bob, 'status');
    await vi.waitFor(() => {
      const whispers = world.proxy.calls('chat.postEphemeral').filter((call) => call.args.user === bob);
      expect(whispers).toHaveLength(1);
    }, soon);
  });

  test('the health endpoint says that Slack refuses the token, until it does not any more', async () => {
    const health = async () => {
      const answer = await fetch(world.healthUrl);
      return { status: answer.status, body: await answer.json() };
    };
    expect(await health()).toEqual({ status: 200, body: { redis: 'ok', slack: 'ok', token: 'ok' } });
    world.proxy.fail({ method: '*', fault: { kind: 'error', error: 'token_revoked' }, times: always });
    const [record] = await installsOf('web-02');
    const note = { type: 'test', actor: { via: 'system' as const, id: 'test' }, detail: {} };
    await world.store.update(record?.id ?? '', (now) => ({ record: { ...now, at: 'rescue' }, note }));
    await vi.waitFor(async () => expect(await health()).toMatchObject({ status: 503, body: { token: 'down' } }), soon);
    world.proxy.heal();
    await world.restartBot();
    await vi.waitFor(async () => expect(await health()).toMatchObject({ status: 200 }), soon);
  });
});
