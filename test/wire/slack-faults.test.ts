import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../fakes/slack-proxy/fault-book.ts';
import { anApproval } from '../support/an-approval.ts';
import type { SlackMessage } from '../support/local-slack.ts';
import { workspace } from '../support/local-slack.ts';
import { type Outbox, type OutboxRig, startOutboxRig } from '../support/outbox-rig.ts';
import { installAt, installRecord } from '../support/records.ts';

const { alice, bob, channel } = workspace;
const always = Number.POSITIVE_INFINITY;
const inThread = (args: Readonly<Record<string, string>>) => args.thread_ts !== undefined;
const replacing = 'replaces an earlier one';

describe('the outbox, when Slack fails', () => {
  let rig: OutboxRig;
  let bot: Outbox;
  let count = 0;
  /** A new one for each test: the look-alike keeps what others have said. */
  let id: string;

  beforeAll(async () => {
    rig = await startOutboxRig();
  });
  afterAll(() => rig.stop());
  beforeEach(async () => {
    await rig.reset();
    bot = await rig.startBot();
    count += 1;
    id = `xe-fault${count}`;
  });

  const put = (parts: Parameters<typeof installRecord>[0] = {}) => rig.put(installRecord({ ...parts, id }));
  const pending = () => anApproval({ expiresAt: rig.clock.now() + 3_600_000 });
  const said = async () => (await rig.slack.messages()).filter((one) => JSON.stringify(one.blocks).includes(id));
  const roots = async () => (await said()).filter((one) => one.thread_ts === undefined);
  const shown = (messages: SlackMessage[]) => JSON.stringify(messages);
  const post = { method: 'chat.postMessage' };
  const edit = { method: 'chat.update' };

  test.each([
    ['was cut off', { kind: 'cut' }, 1],
    ['never came', { kind: 'hang' }, 0],
  ] as const)(
    'a first message whose answer %s is not posted again for a minute, and then says so for good',
    async (_why, fault, arrived) => {
      await put();
      rig.proxy.fail({ ...post, fault });
      await expect(bot.publisher.publish(id)).rejects.toThrow();
      await bot.publisher.publish(id);
      await bot.sweep();
      expect(await roots()).toHaveLength(arrived);
      rig.clock.forward(61_000);
      await bot.sweep();
      expect(await roots()).toHaveLength(arrived + 1);
      await rig.change(id, { at: 'rescue' });
      await bot.publisher.publish(id);
      expect(shown((await roots()).slice(-1))).toContain(replacing);
    },
  );

  test('a post that was so slow that another bot has posted it meanwhile is taken back', async () => {
    const other = await rig.startBot();
    await put();
    const late = rig.failLate(post);
    const slow = bot.publisher.publish(id);
    await expect.poll(() => late.hits()).toBe(1);
    rig.clock.forward(61_000);
    await other.publisher.publish(id);
    late.goOn();
    await slow;
    await bot.settle();
    expect([(await roots()).length, shown(await roots()).includes(replacing)]).toEqual([1, true]);
    expect(rig.proxy.calls('chat.delete')).toHaveLength(1);
  });

  test('a post that Slack answered with 500 is tried again at once, and says that it may be the second', async () => {
    await put();
    rig.proxy.fail({ ...post, fault: { kind: 'status', status: 503 } });
    await expect(bot.publisher.publish(id)).rejects.toThrow();
    await bot.publisher.publish(id);
    expect([(await roots()).length, shown(await roots()).includes(replacing)]).toEqual([1, true]);
  });

  test('a post over the limit of the channel is tried again when Slack said, and is the first', async () => {
    await put();
    rig.proxy.fail({ ...post, fault: { kind: 'rate-limited', retryAfterSeconds: 7 } });
    await bot.publisher.publish(id);
    expect(bot.laters.get(id)).toBe(rig.clock.now() + 7_000);
    await bot.settle();
    expect([(await roots()).length, shown(await roots()).includes(replacing)]).toEqual([1, false]);
  });

  test.each([
    [{ kind: 'status', status: 500 }],
    [{ kind: 'error', error: 'internal_error' }],
    [{ kind: 'cut' }],
    [{ kind: 'hang' }],
  ] satisfies [Fault][])('an edit that met %o is made again', async (fault) => {
    await put();
    await bot.publisher.publish(id);
    await rig.change(id, { at: 'reach' });
    rig.proxy.fail({ ...edit, fault });
    await expect(bot.publisher.publish(id)).rejects.toThrow();
    await bot.publisher.publish(id);
    expect(shown(await roots())).toContain('step 3 of 15');
  });

  test('an edit that arrives after a newer one is painted over', async () => {
    await put();
    await bot.publisher.publish(id);
    await rig.change(id, { at: 'rescue' });
    const late = rig.failLate(edit);
    await expect(bot.publisher.publish(id)).rejects.toThrow();
    await rig.change(id, { at: 'reach' });
    await bot.publisher.publish(id);
    expect([late.hits(), shown(await roots()).includes('step 3 of 15')]).toEqual([1, true]);
    late.goOn();
    await expect.poll(async () => shown(await roots())).toContain('step 2 of 15');
    await bot.settle();
    expect(shown(await roots())).toContain('step 3 of 15');
    expect(bot.laters.size).toBe(0);
  });

  test('a message that somebody deleted is posted again, and answers go to its thread', async () => {
    await put({ phase: 'approval', approval: pending() });
    await bot.publisher.publish(id);
    const [old] = await roots();
    await fetch(`${rig.slack.apiUrl}/chat.delete`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-test-token' },
      body: JSON.stringify({ channel, ts: old?.ts }),
    });
    const approval = { ...pending(), state: 'approved' as const, by: { via: 'slack' as const, id: bob }, at: 1 };
    await rig.change(id, { phase: 'forward', approval });
    await bot.publisher.publish(id);
    await bot.settle();
    const [root, ...others] = await roots();
    expect([others, root?.ts === old?.ts]).toEqual([[], false]);
    await rig.change(id, { at: 'attend' });
    await bot.publisher.publish(id);
    const replies = (await rig.slack.messages()).filter((one) => one.thread_ts === root?.ts);
    expect(shown(replies)).toContain('screen on web-07 is ready');
  });

  test('when the channel is archived, the requester is told in a message of their own, once', async () => {
    await put({ phase: 'approval', approval: pending() });
    await bot.publisher.publish(id);
    const error = { kind: 'error', error: 'is_archived' } as const;
    for (const method of ['chat.postMessage', 'chat.update']) {
      rig.proxy.fail({ method, fault: error, times: always, when: (args) => args.channel === channel });
    }
    const before = rig.proxy.calls().length;
    await rig.change(id, {
      phase: 'denied',
      approval: { ...pending(), state: 'denied', by: { via: 'slack', id: bob } },
    });
    await bot.publisher.publish(id);
    await bot.settle();
    await bot.sweep();
    await bot.sweep();
    const calls = rig.proxy.calls().slice(before);
    const first = calls.filter((call) => call.args.channel === alice && !inThread(call.args));
    expect(first.map((call) => call.args.blocks?.includes('cannot write in the channel'))).toEqual([true]);
    const { channel: home, ts } = (await rig.sent.find(id, 'root')) ?? {};
    const followed = calls.filter((call) => call.args.channel === home && call.args.thread_ts === ts);
    expect(shown(followed.map((call) => call.args) as never)).toContain('denied by');
    await rig.change(id, { phase: 'undone' });
    await bot.publisher.publish(id);
    await bot.settle();
    const last = rig.proxy.calls('chat.update').at(-1);
    expect([last?.args.channel, last?.args.blocks?.includes('cannot write in the channel')]).toEqual([home, true]);
  });

  test.each(['token_revoked', 'invalid_auth', 'account_inactive'])(
    'while Slack says %s nothing is sent, and everything is when the token works again',
    async (error) => {
      await put({ phase: 'approval', approval: pending() });
      await bot.publisher.publish(id);
      const revoked = rig.proxy.fail({ method: '*', fault: { kind: 'error', error }, times: always });
      const approval = { ...pending(), state: 'approved' as const, by: { via: 'slack' as const, id: bob }, at: 1 };
      await rig.change(id, { phase: 'forward', approval });
      await bot.publisher.publish(id);
      expect(await bot.parking.reason()).toBe(error);
      const before = rig.proxy.calls().length;
      const other = await rig.startBot().catch((err: unknown) => err);
      expect(String(other)).toContain(error);
      await bot.publisher.publish(id);
      await bot.sweep();
      expect(
        rig.proxy
          .calls()
          .slice(before)
          .map((call) => call.method),
      ).toEqual(['auth.test']);
      // Slack is asked again after 30 s, then after a minute.
      const asked: string[][] = [];
      for (const ms of [31_000, 31_000, 31_000]) {
        const from = rig.proxy.calls().length;
        rig.clock.forward(ms);
        await bot.sweep();
        asked.push(
          rig.proxy
            .calls()
            .slice(from)
            .map((call) => call.method),
        );
      }
      expect(asked).toEqual([['auth.test'], [], ['auth.test']]);
      revoked.stop();
      rig.clock.forward(600_000);
      await bot.sweep();
      await bot.settle();
      expect(await bot.parking.reason()).toBeNull();
      expect(shown(await roots())).toContain('Installing');
      expect(shown(await rig.slack.messages())).toContain('was approved by');
    },
  );

  test('a 429 on progress stops progress, and no decision', async () => {
    const busy = `${id}-busy`;
    await rig.put(installAt('media', { progress: { done: 1, total: 100, unit: 'bytes' } }, { id: busy }));
    await put({ phase: 'approval', approval: pending() });
    for (const one of [busy, id]) await bot.publisher.publish(one);
    rig.clock.forward(5_000);
    rig.proxy.fail({ ...edit, fault: { kind: 'rate-limited', retryAfterSeconds: 30 } });
    const further = (done: number) =>
      rig.change(busy, { journal: installAt('media', { progress: { done, total: 100, unit: 'bytes' } }).journal });
    await further(50);
    await bot.publisher.publish(busy);
    await further(60);
    await bot.publisher.publish(busy);
    const before = rig.proxy.calls('chat.update').length;
    await rig.change(id, {
      phase: 'denied',
      approval: { ...pending(), state: 'denied', by: { via: 'slack', id: bob } },
    });
    await bot.publisher.publish(id);
    expect(rig.proxy.calls('chat.update').slice(before)).toHaveLength(2);
    expect(shown(await rig.slack.messages())).toContain(`Denied by <@${bob}>`);
    await bot.settle();
    expect(rig.proxy.calls('chat.update').at(-1)?.args.blocks).toContain('60 %');
  });

  test('of two bots the one with the older revision never has the last word', async () => {
    const other = await rig.startBot();
    await put();
    await bot.publisher.publish(id);
    await rig.change(id, { at: 'rescue' });
    const late = rig.failLate(edit);
    const slow = bot.publisher.publish(id);
    await expect.poll(() => rig.proxy.calls('chat.update').at(-1)?.args.blocks).toContain('step 2 of 15');
    await rig.change(id, { at: 'reach' });
    await other.publisher.publish(id);
    expect(rig.proxy.calls('chat.update').at(-1)?.args.blocks).toContain('step 2 of 15');
    late.goOn();
    await slow;
    await other.settle();
    expect(shown(await roots())).toContain('step 3 of 15');
  });

  test('nor when it lost its lock while Slack was slow', async () => {
    const other = await rig.startBot();
    await put();
    await bot.publisher.publish(id);
    await rig.change(id, { at: 'rescue' });
    const late = rig.failLate(edit);
    const slow = bot.publisher.publish(id);
    await expect.poll(() => late.hits()).toBe(1);
    await rig.redis.del(`xepa:slack:{${id}}:writing:root`);
    await rig.change(id, { at: 'reach' });
    await other.publisher.publish(id);
    late.goOn();
    await slow;
    expect(shown(await roots())).toContain('step 2 of 15');
    await bot.settle();
    expect(shown(await roots())).toContain('step 3 of 15');
  });

  test('a message whose worker went silent says so, and no longer when the worker is back', async () => {
    await rig.put(installAt('attend', {}, { id }));
    await rig.heartbeats.beat(id, 20_000);
    await bot.publisher.publish(id);
    rig.clock.forward(79_000);
    await bot.sweep();
    expect(shown(await roots())).not.toContain('No signal');
    rig.clock.forward(2_000);
    await bot.sweep();
    await bot.settle();
    expect(shown(await roots())).toContain('No signal from a worker since <!date^');
    const edits = rig.proxy.calls('chat.update').length;
    rig.clock.forward(60_000);
    await bot.sweep();
    expect(rig.proxy.calls('chat.update')).toHaveLength(edits);
    await rig.heartbeats.beat(id, 20_000);
    await bot.sweep();
    await bot.settle();
    expect(shown(await roots())).not.toContain('No signal');
  });
});
