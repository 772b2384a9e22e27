import { once } from 'node:events';
import type { Server } from 'node:http';
import { createLogger, type Logger } from '../core/log.ts';
import { connectRedis } from '../core/redis.ts';
import { createShutdown, type Shutdown } from '../core/shutdown.ts';
import { openSshShell } from '../core/ssh/ssh-shell.ts';
import { openState } from '../core/state.ts';
import { assembleConsole } from './assemble.ts';
import { readAssets } from './assets.ts';
import { watchChanges } from './change-watch.ts';
import { type ConsoleSettings, readConsoleSettings } from './config.ts';

/** A running console. `url` is the public one; `close` cuts the screens, then everything behind them. */
export interface RunningConsole {
  url: string;
  close(): Promise<void>;
}

/**
 * Starts the web console from environment variables; answers once it listens.
 * @throws XepaError bad-config, redis-down
 */
export async function startConsole(source?: Readonly<Record<string, string | undefined>>): Promise<RunningConsole> {
  const settings = readConsoleSettings(source);
  const log = createLogger('web-console', settings.XEPA_LOG_LEVEL);
  const shutdown = createShutdown(log);
  try {
    await start(settings, log, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
  log.info({ url: settings.XEPA_PUBLIC_URL, port: settings.XEPA_CONSOLE_PORT }, 'the console listens');
  return { url: settings.XEPA_PUBLIC_URL, close: () => shutdown.run() };
}

async function start(settings: ConsoleSettings, log: Logger, shutdown: Shutdown): Promise<void> {
  const assets = readAssets(settings.XEPA_PAGE_DIR);
  const state = await openState(settings, log);
  const subscriber = await connectRedis(state.redisUrl, 'consumer');
  const changes = await watchChanges(subscriber, log);
  const { server, viewers, serial, browserDiscs, presence, keyboards, recordings, targets } = assembleConsole({
    settings,
    assets,
    state,
    changes,
    openShell: openSshShell,
    log,
  });
  // The order is that of a hand-over: what comes from now on goes to another process, then the browsers are sent there.
  let emptied: Promise<void> | undefined;
  shutdown.add('door', () => {
    emptied = stop(server);
  });
  shutdown.add('screens', () => viewers.close());
  shutdown.add('serial ports', () => serial.viewers.close());
  shutdown.add('recordings', () => recordings.close());
  shutdown.add('discs of browsers', async () => {
    await browserDiscs.servers.close();
    browserDiscs.viewers.close();
  });
  shutdown.add('keyboards', () => keyboards.close());
  shutdown.add('presence', () => presence.close());
  shutdown.add('server', () => emptied);
  shutdown.add('targets', () => targets.close());
  shutdown.add('subscriber', () => subscriber.disconnect());
  shutdown.add('state', () => state.close());
  server.listen(settings.XEPA_CONSOLE_PORT, settings.XEPA_BIND);
  await once(server, 'listening');
}

/** Takes no new request, lets running ones end, cuts connections that only wait. */
async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeIdleConnections();
  await closed;
}
