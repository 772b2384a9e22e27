import { createServer, type Server } from 'node:http';
import { webApi } from '@slack/bolt';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { type SlackProxy, startSlackProxy } from '../fakes/slack-proxy/proxy.ts';
import { signatureOf } from '../fakes/slack-proxy/rewrite.ts';
import { freePort } from '../support/free-port.ts';
import { type LocalSlack, slackTokens, startLocalSlack, workspace } from '../support/local-slack.ts';

const { channel, alice } = workspace;
const { bot: token, signingSecret } = slackTokens;
const once = { retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
/** For an answer that does not come. */
const HASTY_MS = 400;
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } }) as const;

/** The look-alike behind the proxy, in one of its two modes. */
async function startBehindProxy(mode: 'socket' | 'http', eventsUrl: string) {
  const [slackPort, port] = [await freePort(), await freePort()];
  const slackUrl = `http://127.0.0.1:${slackPort}`;
  const proxy = await startSlackProxy({ slackUrl, eventsUrl, port, token, signingSecret });
  const slack = await startLocalSlack({ port: slackPort, mode, requestUrl: proxy.requestUrl });
  const client = new webApi.WebClient(token, { ...once, slackApiUrl: `${proxy.apiUrl}/` });
  const stop = async () => {
    await proxy.close();
    await slack.stop();
  };
  return { proxy, slack, client, stop };
}

describe('the Web API through the proxy', () => {
  let slack: LocalSlack;
  let proxy: SlackProxy;
  let client: webApi.WebClient;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ slack, proxy, client, stop } = await startBehindProxy('socket', 'http://127.0.0.1:9/slack/events'));
  });
  afterAll(() => stop());
  afterEach(() => {
    proxy.heal();
    proxy.keepLimits(false);
  });

  const postBy = (by: webApi.WebClient, text: string) =>
    by.chat.postMessage({ channel, text, blocks: [section(text)] });
  const post = (text = 'hello') => postBy(client, text);
  const hastily = (text: string) =>
    postBy(new webApi.WebClient(token, { ...once, timeout: HASTY_MS, slackApiUrl: `${proxy.apiUrl}/` }), text);
  const said = async (text: string) => (await slack.messages()).filter((message) => message.text === text).length;

  test('passes through, and each call is remembered with its arguments and time', async () => {
    const before = Date.now();
    await post('passed');
    const call = proxy.calls('chat.postMessage').at(-1);
    expect(call).toMatchObject({ args: { channel, text: 'passed' } });
    expect(call?.at).toBeGreaterThanOrEqual(before);
    expect(await said('passed')).toBe(1);
  });

  test.each([
    [{ kind: 'error', error: 'is_archived' }, 'is_archived'],
    [{ kind: 'rate-limited', retryAfterSeconds: 7 }, 'in 7 seconds'],
    [{ kind: 'status', status: 500 }, 'statusCode = 500'],
  ] as const)('a call meets %o as often as was asked for, and Slack sees nothing of it', async (fault, words) => {
    const text = `fault ${fault.kind}`;
    const active = proxy.fail({ method: 'chat.postMessage', fault });
    await expect(post(text)).rejects.toThrow(new RegExp(words, 'i'));
    expect([await said(text), active.hits()]).toEqual([0, 1]);
    await post(text);
    expect(await said(text)).toBe(1);
  });

  test('a call that is never answered is given up by the client, and Slack sees nothing of it', async () => {
    const active = proxy.fail({ method: 'chat.postMessage', fault: { kind: 'hang' } });
    await expect(hastily('hang')).rejects.toThrow(/timeout/i);
    expect([await said('hang'), active.hits()]).toEqual([0, 1]);
  });

  test('a call whose answer is cut off, or comes too late, was done all the same', async () => {
    proxy.fail({ method: 'chat.postMessage', fault: { kind: 'cut' } });
    await expect(post('cut')).rejects.toThrow();
    expect(await said('cut')).toBe(1);
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
    proxy.fail({ method: 'chat.postMessage', fault: { kind: 'late', until } });
    await expect(hastily('late')).rejects.toThrow();
    expect(await said('late')).toBe(0);
    goOn();
    await expect.poll(() => said('late')).toBe(1);
  });

  test('a fault can be meant for some calls of a method only, and be stopped', async () => {
    const fault = { kind: 'error', error: 'message_not_found' } as const;
    const active = proxy.fail({
      method: '*',
      fault,
      times: Number.POSITIVE_INFINITY,
      when: (args) => args.text === 'x',
    });
    await post('y');
    await expect(post('x')).rejects.toThrow('message_not_found');
    active.stop();
    await post('x');
  });

  test('another token, and blocks that break a limit, are refused as Slack refuses them', async () => {
    const stranger = new webApi.WebClient('xoxb-other', { ...once, slackApiUrl: `${proxy.apiUrl}/` });
    await expect(stranger.auth.test()).rejects.toThrow('invalid_auth');
    const blocks = [section('x'.repeat(3_001))];
    await expect(client.chat.postMessage({ channel, text: 'long', blocks })).rejects.toThrow('invalid_blocks');
  });

  test('knows scopes, user groups and all kinds of people, which the look-alike does not', async () => {
    proxy.setScopes(['chat:write', 'commands']);
    expect((await client.auth.test()).response_metadata?.scopes).toEqual(['chat:write', 'commands']);
    proxy.setGroup({ id: 'S01SRE', handle: 'sre-leads', users: [alice] });
    expect((await client.usergroups.list()).usergroups).toMatchObject([{ id: 'S01SRE', handle: 'sre-leads' }]);
    expect((await client.usergroups.users.list({ usergroup: 'S01SRE' })).users).toEqual([alice]);
    await expect(client.usergroups.users.list({ usergroup: 'S09' })).rejects.toThrow('no_such_subteam');
    proxy.setPerson(alice, { is_restricted: true });
    expect((await client.users.info({ user: alice })).user).toMatchObject({ name: 'alice', is_restricted: true });
    proxy.setPerson('U09GUEST', { is_stranger: true });
    expect((await client.users.info({ user: 'U09GUEST' })).user).toMatchObject({ id: 'U09GUEST', is_stranger: true });
  });

  test('keeps the limits of Slack when it is told to', async () => {
    proxy.keepLimits(true);
    // More at once than any burst, however slow this machine is.
    const posts = await Promise.allSettled(Array.from({ length: 30 }, () => post('burst')));
    expect(posts.filter((one) => one.status === 'rejected').length).toBeGreaterThan(0);
    const { ts } = z.object({ ts: z.string() }).parse((await slack.messages())[0]);
    const edit = () => client.chat.update({ channel, ts, text: 'x', blocks: [section('x')] });
    for (let count = 0; count < 50; count += 1) await edit();
    await expect(edit()).rejects.toThrow('rate');
  });
});

test('an envelope over the socket can come twice, late, or behind the next one; an answer counts five times', async () => {
  const { proxy, slack, stop } = await startBehindProxy('socket', 'http://127.0.0.1:9/slack/events');
  const app = new webApi.WebClient(slackTokens.app, { slackApiUrl: `${proxy.apiUrl}/` });
  const { url } = await app.apps.connections.open();
  const socket = new WebSocket(String(url));
  const Envelope = z.object({
    envelope_id: z.string(),
    payload: z.object({ text: z.string(), response_url: z.string() }),
  });
  const got: z.infer<typeof Envelope>[] = [];
  const hello = new Promise((resolve) => socket.once('message', resolve));
  socket.on('message', (data) => {
    const envelope = Envelope.safeParse(JSON.parse(String(data)));
    if (!envelope.success) return;
    got.push(envelope.data);
    socket.send(JSON.stringify({ envelope_id: envelope.data.envelope_id }));
  });
  await hello;
  expect(String(url)).toContain(new URL(proxy.apiUrl).host);

  proxy.disturb({ kind: 'duplicate' });
  await slack.command(alice, 'one');
  await expect.poll(() => got.map((envelope) => envelope.payload.text)).toEqual(['one', 'one']);
  expect(got[0]?.envelope_id).toBe(got[1]?.envelope_id);
  proxy.disturb({ kind: 'behind-next' });
  const overtaken = slack.command(alice, 'two');
  await expect.poll(() => proxy.held()).toBe(1);
  await Promise.all([overtaken, slack.command(alice, 'three')]);
  await expect.poll(() => got.slice(2).map((envelope) => envelope.payload.text)).toEqual(['three', 'two']);
  expect(proxy.deliveries()).toBe(4);

  const respond = async () => {
    const body = JSON.stringify({ text: 'answer' });
    const headers = { 'content-type': 'application/json' };
    return (await fetch(got[0]?.payload.response_url ?? '', { method: 'POST', headers, body })).status;
  };
  const statuses: number[] = [];
  for (let count = 0; count < 6; count += 1) statuses.push(await respond());
  expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);

  const closed = new Promise((resolve) => socket.once('close', resolve));
  proxy.cutSockets();
  await closed;
  await stop();
});

test('a signed request can come twice, under the same signature, which fits what the proxy changed in it', async () => {
  const port = await freePort();
  const got: { signature: unknown; genuine: boolean; form: URLSearchParams }[] = [];
  const bot: Server = createServer(async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    const signature = request.headers['x-slack-signature'];
    const genuine =
      signature === signatureOf(signingSecret, String(request.headers['x-slack-request-timestamp']), body);
    got.push({ signature, genuine, form: new URLSearchParams(body) });
    response.end();
  }).listen(port, '127.0.0.1');
  const { proxy, slack, stop } = await startBehindProxy('http', `http://127.0.0.1:${port}/slack/events`);
  proxy.disturb({ kind: 'duplicate' });
  await slack.command(alice, 'status');
  await expect.poll(() => got.length).toBe(2);
  expect(got.map((one) => [one.genuine, one.form.get('text')])).toEqual([
    [true, 'status'],
    [true, 'status'],
  ]);
  expect(got[0]?.signature).toBe(got[1]?.signature);
  expect(got[0]?.form.get('response_url')).toContain(new URL(proxy.apiUrl).host);
  await stop();
  bot.close();
});
