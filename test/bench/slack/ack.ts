import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createInventoryStore } from '../../../core/inventory-store.ts';
import { connectRedis } from '../../../core/redis.ts';
import { startSlackProxy } from '../../fakes/slack-proxy/proxy.ts';
import { freePort } from '../../support/free-port.ts';
import { slackTokens, startLocalSlack } from '../../support/local-slack.ts';
import { startPrivateRedis } from '../../support/private-redis.ts';
import { type Child, startChild } from '../child.ts';
import { type Figure, percentile } from '../figures.ts';
import { typeCommands } from './signed-load.ts';

const SECONDS = 2;
const ROUNDS = 5;
const TARGET_MS = 200;
/** Commands of the one second before anything is measured. */
const WARM_UP = 100;
const PATIENCE_MS = 15_000;
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** How soon a command is acknowledged at a hundred a second, beside a Bolt that does nothing else. */
export async function measureAcks(): Promise<Figure[]> {
  const scene = await startScene();
  const [ours, bare]: [number[][], number[][]] = [[], []];
  let answered = 0;
  try {
    const load = (eventsUrl: string, seconds: number) =>
      typeCommands(eventsUrl, { text: 'status', seconds, responseUrl: scene.responseUrl });
    // Both warm, before either is measured.
    for (const url of [scene.ours, scene.bare]) await load(url, 1);
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await load(scene.bare, SECONDS));
      ours.push(await load(scene.ours, SECONDS));
    }
    // An acknowledgement counts only when the command was carried out too.
    answered = await scene.answers(ours.flat().length + WARM_UP);
  } finally {
    await scene.stop();
  }
  return figuresOf({ ours, bare, answered });
}

function figuresOf(measured: { ours: number[][]; bare: number[][]; answered: number }): Figure[] {
  const { ours, bare, answered } = measured;
  const all = ours.flat().length + WARM_UP;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  const ratio = (share: number) => `${(percentile(ours.flat(), share) / percentile(bare.flat(), share)).toFixed(2)} x`;
  // Others use this machine too: one round that they disturbed says nothing of the bot.
  const usual = (rounds: number[][]) =>
    percentile(
      rounds.map((round) => percentile(round, 0.99)),
      0.5,
    );
  const name = (who: string, what: string) => `ack at 100 commands/s, ${who}: ${what}`;
  return [
    { name: 'commands carried out', value: `${answered} of ${all}`, target: 'all', met: answered === all },
    { name: name('bare Bolt', 'p50'), value: ms(percentile(bare.flat(), 0.5)) },
    { name: name('bare Bolt', 'p99'), value: ms(percentile(bare.flat(), 0.99)) },
    { name: name('bare Bolt', `p99 of the middle one of ${ROUNDS} rounds`), value: ms(usual(bare)) },
    { name: name('XEPA', 'p50'), value: ms(percentile(ours.flat(), 0.5)) },
    { name: name('XEPA', 'p99'), value: ms(percentile(ours.flat(), 0.99)) },
    {
      name: name('XEPA', `p99 of the middle one of ${ROUNDS} rounds`),
      value: ms(usual(ours)),
      target: '< 200 ms',
      met: usual(ours) < TARGET_MS,
    },
    { name: 'ack, XEPA to bare Bolt, p50', value: ratio(0.5) },
    { name: 'ack, XEPA to bare Bolt, p99', value: ratio(0.99) },
  ];
}

/** Both listeners as processes of their own, with all that ours needs. */
async function startScene() {
  const [slackPort, proxyPort, barePort, ourPort, healthPort] = await Promise.all(
    Array.from({ length: 5 }, () => freePort()),
  );
  const eventsUrl = (port: number | undefined) => `http://127.0.0.1:${port}/slack/events`;
  const [redisServer, slack, sink] = await Promise.all([
    startPrivateRedis(),
    startLocalSlack({ port: slackPort ?? 0, mode: 'http' }),
    startSink(),
  ]);
  const { bot: token, signingSecret } = slackTokens;
  const places = { slackUrl: slack.url, eventsUrl: eventsUrl(ourPort), port: proxyPort ?? 0 };
  const proxy = await startSlackProxy({ ...places, token, signingSecret });
  await fillInventory(redisServer.url);
  const tokens = { SLACK_BOT_TOKEN: token, SLACK_SIGNING_SECRET: signingSecret };
  const settings = {
    ...tokens,
    REDIS_URL: redisServer.url,
    XEPA_SECRET: 'a-secret-for-the-benchmark-only-0123456789',
    XEPA_LOG_LEVEL: 'warn',
    XEPA_SLACK_MODE: 'http',
    SLACK_API_URL: proxy.apiUrl,
    XEPA_PUBLIC_URL: 'https://xepa.example.com',
    XEPA_BIND: '127.0.0.1',
    XEPA_BOT_PORT: String(ourPort),
    XEPA_BOT_HEALTH_PORT: String(healthPort),
  };
  const children: Child[] = [
    await startChild([file('./bare-bolt.ts')], { ...tokens, PORT: String(barePort) }, eventsUrl(barePort)),
    await startChild([file('../../../bin/xepa.ts'), 'bot'], settings, eventsUrl(ourPort)),
  ];
  return {
    bare: eventsUrl(barePort),
    ours: eventsUrl(ourPort),
    responseUrl: sink.url,
    answers: sink.answers,
    async stop() {
      for (const child of children) await child.stop();
      await Promise.all([proxy.close(), sink.close()]);
      await Promise.all([slack.stop(), redisServer.stop()]);
    },
  };
}

async function fillInventory(redisUrl: string): Promise<void> {
  const redis = await connectRedis(redisUrl, 'producer');
  await createInventoryStore(redis).write({ at: Date.now(), devices: [], problems: [] });
  redis.disconnect();
}

/** Takes the answers that go to response URLs. */
async function startSink() {
  let got = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.end('ok');
    got += 1;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/answer`,
    /** How many came; waits a while for as many as are expected. */
    async answers(expected: number): Promise<number> {
      const deadline = performance.now() + PATIENCE_MS;
      while (got < expected && performance.now() < deadline) await pause(50);
      return got;
    },
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
