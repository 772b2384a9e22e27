import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { type StepName, stepNames } from '../../core/contracts/step-name.ts';
import { cancelInstall } from '../../core/decisions.ts';
import type { EmbeddedRedis } from '../../core/embedded-redis.ts';
import { type Beat, createHeartbeats } from '../../core/heartbeat.ts';
import type { InstallStore } from '../../core/install-store.ts';
import { createLogger } from '../../core/log.ts';
import { connectRedis } from '../../core/redis.ts';
import { openState, type State } from '../../core/state.ts';
import { type Processor, startProcessor } from '../../worker/processor.ts';
import { createSaga } from '../../worker/saga/advance.ts';
import { done, type Step, waiting } from '../../worker/saga/step.ts';
import { sweepOnce } from '../../worker/sweep.ts';
import { alice, anInstall, anInstallAt } from '../support/an-install.ts';
import { startPrivateRedis } from '../support/private-redis.ts';

const log = createLogger('test', 'silent');
const secret = 'a-secret-of-at-least-thirty-two-characters';
const created = { type: 'created', actor: alice, detail: {} };
const id = 'xe-7f3kq2';

let server: EmbeddedRedis;
let state: State;
const closers: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  server = await startPrivateRedis();
});
afterAll(() => server.stop());

beforeEach(async () => {
  state = await openState({ REDIS_URL: server.url, XEPA_SECRET: secret, XEPA_LOG_LEVEL: 'silent' }, log);
  await state.redis.flushall();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await state.close();
});

/** A worker in this process, over steps that do nothing but what a test gives them to do. */
async function startWorker(
  run: string,
  special: Partial<Record<StepName, Step['run']>>,
  store: InstallStore = state.store,
): Promise<Processor> {
  const steps = stepNames.map(
    (name): Step => ({ name, timeoutMs: 60_000, attempts: 2, run: special[name] ?? (async () => done()) }),
  );
  const subscriber = await connectRedis(server.url, 'consumer');
  const saga = createSaga({ store, steps, clock: state.clock, log, run, onEnd: async () => undefined });
  const { redis, queue, clock } = state;
  const heartbeats = createHeartbeats({ redis, clock });
  const given = { redisUrl: server.url, subscriber, saga, store, queue, heartbeats, clock, log };
  const deps = { ...given, concurrency: 4, lockMs: 4_000 };
  const processor = await startProcessor(deps);
  closers.push(async () => {
    await processor.close();
    subscriber.disconnect();
  });
  return processor;
}

const until = (phase: InstallRecord['phase']) =>
  expect.poll(async () => (await state.store.load(id)).phase, { timeout: 20_000, interval: 25 }).toBe(phase);

/** A step that runs until it is stopped, also where that was before it began. */
async function untilStopped(signal: AbortSignal, note: () => void = () => undefined): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  note();
  throw new Error('stopped');
}

/** After how many milliseconds the worker says that it will look again. */
const nextIn = (beat: Beat | null) => (beat ? beat.next - beat.at : null);

describe('a worker on the queue', () => {
  it('takes an install from its first step to its last', async () => {
    await state.store.create(anInstall(), created);
    await startWorker('a', {});
    await state.queue.wake(id);
    await until('done');
  });

  it('is woken from a long wait by whoever changed the record, also in the moment in which it falls asleep', async () => {
    for (let round = 0; round < 10; round += 1) {
      await state.redis.flushall();
      await state.store.create(anInstallAt('attend'), created);
      const worker = await startWorker(`r${round}`, {
        attend: async ({ record }) => (record.decision ? done() : waiting(600_000, 'the installer')),
      });
      await state.queue.wake(id);
      await expect.poll(async () => (await state.store.load(id)).journal.at(-1)?.step).toBe('attend');
      await state.store.update(id, (record) => ({
        record: { ...record, decision: { kind: 'boot-metal', by: alice, at: 1 } },
        note: { type: 'boot-metal-decided', actor: alice, detail: {} },
      }));
      await state.queue.wake(id);
      await until('done');
      await worker.close();
    }
  });

  it('hears of a change that came while a step ran, after the step had read the record', async () => {
    await state.store.create(anInstallAt('attend'), created);
    await startWorker('a', {
      attend: async ({ record }) => {
        if (record.decision) return done();
        await state.store.update(id, (now) => ({
          record: { ...now, decision: { kind: 'boot-metal', by: alice, at: 1 } },
          note: { type: 'boot-metal-decided', actor: alice, detail: {} },
        }));
        await state.queue.wake(id);
        return waiting(600_000, 'the installer');
      },
    });
    await state.queue.wake(id);
    await until('done');
  });

  it('gives a sign of life at each look, though a poll that finds nothing new leaves no line in the record', async () => {
    await state.store.create(anInstallAt('attend'), created);
    let looks = 0;
    await startWorker('a', {
      attend: async () => {
        looks += 1;
        return waiting(300, 'the installer');
      },
    });
    await state.queue.wake(id);
    await expect.poll(() => looks).toBe(2);
    const { rev } = await state.store.load(id);
    const beat = () => createHeartbeats(state).last(id);
    const first = await beat();
    await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(3);
    const later = await beat();
    expect(later?.at).toBeGreaterThan(first?.at ?? Number.POSITIVE_INFINITY);
    await expect.poll(async () => nextIn(await beat())).toBe(300);
    expect((await state.store.load(id)).rev).toBe(rev);
  });

  it('is woken by who changed the record while a poll was just looking at it', async () => {
    await state.store.create(anInstallAt('attend'), created);
    let looks = 0;
    await startWorker('a', {
      attend: async ({ record }) => {
        looks += 1;
        if (record.decision) return done();
        // The second look is a poll, which writes nothing; somebody decides in the middle of it.
        if (looks === 2) {
          await state.store.update(id, (now) => ({
            record: { ...now, decision: { kind: 'boot-metal', by: alice, at: 1 } },
            note: { type: 'boot-metal-decided', actor: alice, detail: {} },
          }));
          await state.queue.wake(id);
        }
        return waiting(600_000, 'the installer');
      },
    });
    await state.queue.wake(id);
    await expect.poll(() => state.redis.zcard('{xepa}:installs:delayed')).toBe(1);
    await state.queue.wake(id);
    await until('done');
  });

  it('stops a running step at once when the install is cancelled', async () => {
    await state.store.create(anInstall(), created);
    const reasons: unknown[] = [];
    await startWorker('a', {
      reserve: ({ signal }) => untilStopped(signal, () => reasons.push(signal.reason)),
    });
    await state.queue.wake(id);
    await expect.poll(async () => (await state.store.load(id)).journal.length).toBe(1);
    await state.store.update(id, (record) => cancelInstall(record, alice, Date.now()));
    await until('undone');
    expect(reasons).toEqual(['cancelled']);
  });

  it('goes on to the end when a cancellation came too late, the metal already booting', async () => {
    const facts = { boot: { requestedAt: 1, marker: 'e-9' } };
    await state.store.create(anInstallAt('verify', { facts, cancel: { by: alice, at: 1 } }), created);
    await startWorker('a', {
      verify: async ({ signal }) => {
        // Long enough for the worker to hear of its own write.
        await pause(200);
        signal.throwIfAborted();
        return done();
      },
    });
    await state.queue.wake(id);
    await until('done');
  });

  it('gives a running step back when it is told to stop, and another one has it at once', async () => {
    await state.store.create(anInstall(), created);
    const first = await startWorker('a', {
      reserve: ({ signal }) => untilStopped(signal),
    });
    await state.queue.wake(id);
    await expect.poll(async () => (await state.store.load(id)).journal.length).toBe(1);
    await first.close();
    await startWorker('b', {});
    await until('done');
    expect((await state.store.load(id)).journal[0]).toMatchObject({ run: 'b', failures: 0 });
  });

  it('keeps the install to itself for as long as a step runs, though it was woken while it fell asleep', async () => {
    await state.store.create(anInstallAt('attend'), created);
    let [looks, running, most] = [0, 0, 0];
    const attend: Step['run'] = async () => {
      looks += 1;
      running += 1;
      most = Math.max(most, running);
      // Longer than the lock of this worker holds without being renewed.
      if (looks === 2) await pause(5_000);
      running -= 1;
      return looks < 2 ? waiting(60_000, 'the installer') : done();
    };
    await startWorker('a', { attend });
    await startWorker('b', { attend });
    await state.queue.wake(id);
    await expect.poll(() => looks).toBe(1);
    // Whoever wakes has changed something; without that a worker that is just falling asleep need not hear.
    await state.store.note(id, { type: 'noted', actor: alice, detail: {} });
    await state.queue.wake(id);
    await until('done');
    expect({ looks, most }).toEqual({ looks: 2, most: 1 });
  });

  it('leaves an install alone whose lock another worker has, and looks again once it is free', async () => {
    await state.store.create(anInstall(), created);
    const reasons: unknown[] = [];
    await startWorker('a', {
      reserve: ({ signal }) => {
        if (reasons.length > 0) return Promise.resolve(done());
        return untilStopped(signal, () => reasons.push(signal.reason));
      },
    });
    await state.queue.wake(id);
    await expect.poll(async () => (await state.store.load(id)).journal.length).toBe(1);
    await state.redis.set(`{xepa}:installs:${id}:lock`, 'of-somebody-else', 'PX', 3_000);
    await until('done');
    expect(reasons).toEqual(['lost']);
    expect((await state.store.load(id)).journal[0]).toMatchObject({ state: 'done', failures: 0 });
  });

  it('goes on with an install that was approved in the moment in which it was put aside', async () => {
    await state.store.create(anInstall({ phase: 'approval' }), created);
    let approved = false;
    const find: InstallStore['find'] = async (installId) => {
      const seen = await state.store.find(installId);
      if (approved) return seen;
      approved = true;
      await state.store.update(id, (now) => ({
        record: { ...now, phase: 'forward' },
        note: { type: 'approved', actor: alice, detail: {} },
      }));
      await state.queue.wake(id);
      return seen;
    };
    await startWorker('a', {}, { ...state.store, find });
    await state.queue.wake(id);
    await until('done');
  });

  it('finds an install that was written but never queued', async () => {
    await state.store.create(anInstall(), created);
    await startWorker('a', {});
    await sweepOnce(state.store, state.queue, log);
    await until('done');
  });

  it('does not touch an install that waits for an approval', async () => {
    await state.store.create(anInstall({ phase: 'approval' }), created);
    await startWorker('a', {});
    await sweepOnce(state.store, state.queue, log);
    await state.queue.wake(id);
    await expect.poll(() => state.redis.exists(`{xepa}:installs:${id}`)).toBe(0);
    expect((await state.store.load(id)).journal).toEqual([]);
  });
});
