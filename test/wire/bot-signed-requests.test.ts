import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type BotWorld, startBotWorld } from '../support/bot-world.ts';
import { slackTokens, workspace } from '../support/local-slack.ts';

let world: BotWorld;

beforeAll(async () => {
  world = await startBotWorld('http');
});
afterAll(() => world.stop());

/** A slash command exactly as Slack sends it, signed. */
function signedCommand(text: string, atMs: number, signingSecret: string = slackTokens.signingSecret): RequestInit {
  const body = new URLSearchParams({
    command: '/xepa',
    text,
    user_id: workspace.alice,
    team_id: workspace.team,
    channel_id: workspace.channel,
    response_url: `${world.slack.url}/_hooks/response/none`,
    trigger_id: '1.2.3',
  }).toString();
  const timestamp = String(Math.floor(atMs / 1000));
  const signature = `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
  };
  return { method: 'POST', headers, body };
}

async function installsOf(device: string) {
  return (await world.store.listRecent(100)).filter((record) => record.device.name === device);
}

test('the same signed request, sent twice, runs once', async () => {
  const request = signedCommand('install web-01 --iso debian-13', Date.now());
  const answers = await Promise.all([fetch(world.eventsUrl, request), fetch(world.eventsUrl, request)]);
  expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
  await vi.waitFor(async () => expect(await installsOf('web-01')).toHaveLength(1));
  // A later command passes the same path: when it has run, so would have the repeated one.
  await fetch(world.eventsUrl, signedCommand('install web-02 --iso debian-13', Date.now()));
  await vi.waitFor(async () => expect(await installsOf('web-02')).toHaveLength(1));
  const refused = (await world.slack.messages()).filter((message) => message.text.includes('is in use'));
  expect([await installsOf('web-01'), refused]).toEqual([[expect.anything()], []]);
});

test.each([
  ['comes from the future', () => signedCommand('install web-03 --iso debian-13', Date.now() + 3_600_000)],
  ['is old', () => signedCommand('install web-03 --iso debian-13', Date.now() - 3_600_000)],
  ['has a wrong signature', () => signedCommand('install web-03 --iso debian-13', Date.now(), 'another-secret')],
])('a request that %s is refused', async (_why, request) => {
  expect((await fetch(world.eventsUrl, request())).status).toBe(401);
  expect(await installsOf('web-03')).toEqual([]);
});

test('a request that is far too large is refused before it is read', async () => {
  const request = signedCommand(`install web-03 --iso debian-13 --reason ${'x'.repeat(300_000)}`, Date.now());
  expect((await fetch(world.eventsUrl, request)).status).toBe(413);
});

test('a command is acknowledged though the database is silent for the three seconds that Slack gives', async () => {
  await world.redis.call('CLIENT', 'PAUSE', '3000', 'ALL');
  const acknowledged = fetch(world.eventsUrl, signedCommand('list', Date.now())).then(({ status }) => status);
  expect(await Promise.race([acknowledged, world.redis.ping()])).toBe(200);
});
