import { startEmbeddedRedis } from '../../core/embedded-redis.ts';
import { parseEnv } from '../../core/env.ts';
import { createLogger, type Logger } from '../../core/log.ts';
import { createShutdown } from '../../core/shutdown.ts';
import { embeddedRedisUrl, LaunchSettings } from './config.ts';
import type { Environment } from './main.ts';

/** Something that runs until it is closed. */
interface Running {
  close(): Promise<void>;
}

type Start = (source: Environment) => Promise<Running>;

/** Loaded on demand: a worker does not carry Slack's library, nor a bot the web server. */
const starts: Record<'bot' | 'worker' | 'web-console', Start> = {
  bot: async (source) => (await import('../../bot/main.ts')).startBot(source),
  worker: async (source) => (await import('../../worker/main.ts')).startWorker(source),
  'web-console': async (source) => (await import('../../web-console/main.ts')).startConsole(source),
};

export const processNames = ['all', 'bot', 'worker', 'web-console'] as const;
export type ProcessName = (typeof processNames)[number];

/** In this order they start; they close the other way round, so that intake ends before what it feeds. */
const allInOrder = ['worker', 'web-console', 'bot'] as const;

/** Each process closes its own parts with a deadline each; this one is only for a process that hangs whole. */
const CLOSE_LIMIT_MS = 60_000;

/**
 * Starts what is asked for and runs until SIGTERM or SIGINT.
 * @returns the exit code once everything is closed
 * @throws XepaError when a part does not start; what had started is closed by then
 */
export async function serve(name: ProcessName, source: Environment): Promise<number> {
  const settings = parseEnv(LaunchSettings, source);
  const log = createLogger('xepa', settings.XEPA_LOG_LEVEL);
  const told = stopSignal();
  const running: { name: string; part: Running }[] = [];
  try {
    const env = name === 'all' ? await prepareAll({ settings, source, running }) : source;
    for (const each of name === 'all' ? allInOrder : [name]) {
      running.unshift({ name: each, part: await starts[each](env) });
    }
    log.info({ running: running.map((each) => each.name) }, 'started');
    log.info({ signal: await told }, 'stopping');
  } finally {
    await closeAll(running, log);
  }
  return 0;
}

/** Checks every setting before anything runs; the environment then has a Redis: the one set, or a private child. */
async function prepareAll(options: {
  settings: LaunchSettings;
  source: Environment;
  running: { name: string; part: Running }[];
}): Promise<Environment> {
  const { settings, source, running } = options;
  const { checkSettings } = await import('./check-settings.ts');
  checkSettings({ ...source, REDIS_URL: settings.REDIS_URL ?? embeddedRedisUrl(settings) });
  if (settings.REDIS_URL !== undefined) return source;
  const redis = await startEmbeddedRedis(settings.XEPA_DATA_DIR, settings.PATH);
  // A crash of ours must not leave the child behind: stop() sends its signal before it waits.
  process.once('exit', () => void redis.stop());
  running.unshift({ name: 'redis', part: { close: () => redis.stop() } });
  return { ...source, REDIS_URL: redis.url };
}

async function closeAll(running: readonly { name: string; part: Running }[], log: Logger): Promise<void> {
  const shutdown = createShutdown(log, CLOSE_LIMIT_MS);
  for (const { name, part } of running) shutdown.add(name, () => part.close());
  await shutdown.run();
}

/** The first SIGTERM or SIGINT. Later ones are heard and do nothing: npm and the terminal both send Ctrl-C. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve);
  });
}
