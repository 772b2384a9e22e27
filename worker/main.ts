import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { createDeviceLeases } from '../core/device-lease.ts';
import { createDeviceProfileStore } from '../core/device-profile-store.ts';
import { createDiscProgress } from '../core/disc-progress.ts';
import { XepaError } from '../core/errors.ts';
import { startHealthServer } from '../core/health-server.ts';
import { createHeartbeats } from '../core/heartbeat.ts';
import { createInventoryStore } from '../core/inventory-store.ts';
import { createLogger, type Logger } from '../core/log.ts';
import { createPictureStore } from '../core/picture-store.ts';
import { connectRedis } from '../core/redis.ts';
import { createSealer } from '../core/sealing.ts';
import { createShutdown } from '../core/shutdown.ts';
import { readHostKey } from '../core/ssh/host-key.ts';
import { openSshShell, openStandingShells } from '../core/ssh/ssh-shell.ts';
import { openState, type State } from '../core/state.ts';
import { createWishes } from '../core/wishes.ts';
import { createConclusion } from './conclude.ts';
import { readWorkerConfig } from './config.ts';
import { startInventory } from './inventory.ts';
import { createPing } from './ping.ts';
import { startProcessor } from './processor.ts';
import type { AdapterDeps } from './providers/adapter.ts';
import { buildProviders, howToConfigure } from './providers/index.ts';
import { createResetLedger } from './providers/reset-ledger.ts';
import { createSaga } from './saga/advance.ts';
import { askService } from './service-probe.ts';
import { stepSettings } from './settings.ts';
import { createShellPool } from './shell-pool.ts';
import { createEndWatch } from './steps/end-watch.ts';
import { createEyes, type Eyes } from './steps/eyes.ts';
import { buildSteps } from './steps/index.ts';
import { startSweep } from './sweep.ts';
import { startPathSweep } from './sweep-paths.ts';

const SHELL_IDLE_MS = 60_000;
const SWEEP_MS = 60_000;
const PATHS_MS = 3_600_000;
const LOOK_MS = 8_000;

/** Starts a worker: the composition root. Resolves once it takes installs. @throws XepaError bad-config, redis-down */
export async function startWorker(source?: Readonly<Record<string, string | undefined>>): Promise<{
  healthPort: number;
  close(): Promise<void>;
}> {
  const config = readWorkerConfig(source);
  const log = createLogger('worker', config.XEPA_LOG_LEVEL);
  const shutdown = createShutdown(log);
  const state = await openState(config, log);
  const { redisUrl, redis, clock, keyring, store, queue, tickets } = state;
  const subscriber = await connectRedis(redisUrl, 'consumer');
  const sealer = createSealer(keyring);
  const openShell = openStandingShells((host, why) =>
    log.debug({ host, why }, 'each command gets a channel of its own'),
  );
  const shells = createShellPool({ openShell, sealer, idleMs: SHELL_IDLE_MS });
  const providers = buildProviders(config, adapterDeps(redis));
  if (providers.size === 0) throw noProviders();

  const leases = createDeviceLeases(redis);
  const steps = buildSteps({
    ...{ store, providers, leases, sealer, shells, tickets, readHostKey, askService },
    profiles: createDeviceProfileStore(redis),
    openShell,
    ping: createPing(log),
    eyes: eyesOn(state, log),
    endWatch: createEndWatch({ wake: (installId) => queue.wake(installId), log }),
    discProgress: createDiscProgress(redis),
    settings: stepSettings(config),
  });
  const onEnd = createConclusion({ store, providers, leases });
  const saga = createSaga({ store, steps, clock, log, run: randomUUID(), onEnd });
  const processor = await startProcessor({
    redisUrl,
    subscriber,
    saga,
    store,
    queue,
    heartbeats: createHeartbeats({ redis, clock }),
    clock,
    log,
    concurrency: config.XEPA_WORKER_CONCURRENCY,
    lockMs: config.XEPA_LOCK_SECONDS * 1_000,
  });
  const inventory = startInventory({
    redis,
    inventory: createInventoryStore(redis),
    providers,
    clock,
    log,
    periodMs: config.XEPA_INVENTORY_SECONDS * 1_000,
  });
  const sweep = startSweep({ store, queue, log, periodMs: SWEEP_MS });
  const paths = startPathSweep({ store, providers, leases, log, periodMs: PATHS_MS });
  const health = await startHealthServer({
    port: config.XEPA_WORKER_HEALTH_PORT,
    host: config.XEPA_BIND,
    checks: { redis: () => redis.ping(), processor: () => mustRun(processor.isRunning()) },
  });

  shutdown.add('health', () => health.close());
  shutdown.add('sweep', () => sweep.close());
  shutdown.add('paths', () => paths.close());
  shutdown.add('inventory', () => inventory.close());
  shutdown.add('processor', () => processor.close());
  shutdown.add('shells', () => shells.close());
  shutdown.add('subscriber', () => subscriber.disconnect());
  shutdown.add('state', () => state.close());
  log.info({ providers: [...providers.keys()], healthPort: health.port }, 'the worker takes installs');
  return { healthPort: health.port, close: () => shutdown.run() };
}

function adapterDeps(redis: Redis): AdapterDeps {
  return { openShell: openSshShell, readHostKey, openLedger: (options) => createResetLedger(redis, options) };
}

function eyesOn({ redis, clock, notices }: State, log: Logger): Eyes {
  const [pictures, wishes] = [createPictureStore({ redis }), createWishes({ redis, clock })];
  return createEyes({ pictures, wishes, notices, log, limitMs: LOOK_MS });
}

async function mustRun(running: boolean): Promise<void> {
  if (!running) throw new Error('the processor has stopped');
}

function noProviders(): XepaError {
  const text = `No provider is configured. Set ${howToConfigure()}.`;
  return new XepaError('bad-config', { message: text, userMessage: text });
}
