import { type SlackProxy, startSlackProxy } from '../fakes/slack-proxy/proxy.ts';
import { type BotWorld, startBotWorld } from './bot-world.ts';
import { freePort } from './free-port.ts';
import { slackTokens } from './local-slack.ts';

/** The bot, the look-alike, and the fault proxy between them. */
export async function startProxiedWorld(
  mode: 'socket' | 'http',
  settings: Record<string, string> = {},
): Promise<BotWorld & { proxy: SlackProxy }> {
  const port = await freePort();
  const { bot: token, signingSecret } = slackTokens;
  let proxy: SlackProxy | undefined;
  const world = await startBotWorld(mode, settings, async (places) => {
    proxy = await startSlackProxy({ ...places, port, token, signingSecret });
    return proxy;
  });
  if (!proxy) throw new Error('the proxy was not started');
  const started = proxy;
  return {
    ...world,
    proxy: started,
    async stop() {
      await world.stop();
      await started.close();
    },
  };
}
