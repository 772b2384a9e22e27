import { beforeEach, describe, expect, it } from 'vitest';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import { stepNames } from '../../../core/contracts/step-name.ts';
import { cancelInstall } from '../../../core/decisions.ts';
import { XepaError } from '../../../core/errors.ts';
import { done, type Outcome, type StepContext, waiting } from '../../../worker/saga/step.ts';
import { alice, anInstall, anInstallAt } from '../../support/an-install.ts';
import { id, never, note, SagaBench } from '../../support/saga-bench.ts';

let bench: SagaBench;
let store: SagaBench['store'];
let calls: string[];
beforeEach(() => {
  bench = new SagaBench();
  ({ store, calls } = bench);
});

const sagaOf: SagaBench['saga'] = (...given) => bench.saga(...given);
const drive: SagaBench['drive'] = (...given) => bench.drive(...given);
const typesOf = () => bench.typesOf();
const boom = (retry: 'no' | 'backoff') =>
  new XepaError('vm-failed', { message: 'boom', userMessage: 'It went boom.', retry });

describe('going forward', () => {
  it('runs the sixteen steps in order, one a look, and ends done', async () => {
    await store.create(anInstall(), note);
    const saga = sagaOf();
    expect(await saga.advance(id, never)).toMatchObject({ kind: 'again', ms: 0 });
    expect(calls).toEqual(['reserve']);
    const record = await drive(saga);
    expect(calls).toEqual([...stepNames, `end ${id}`]);
    expect(record.phase).toBe('done');
    expect(await store.listOpenIds()).toEqual([]);
  });

  it('writes `started` before a step runs, so that a crash inside it leaves a trace', async () => {
    await store.create(anInstall(), note);
    let seen: InstallRecord | undefined;
    const run = async () => {
      seen = await store.load(id);
      return done();
    };
    await sagaOf({ reserve: { run } }).advance(id, never);
    expect(seen?.journal).toMatchObject([{ step: 'reserve', state: 'started', run: 'worker-a' }]);
  });

  it('keeps the facts of a step, and those it saved before it acted', async () => {
    await store.create(anInstallAt('bind'), note);
    const run = async ({ save }: StepContext) => {
      await save({ bind: { previous: [{ address: '0000:02:00.0', driver: 'nvme' }], deadManSeconds: 60 } });
      throw boom('backoff');
    };
    await sagaOf({ bind: { run } }).advance(id, never);
    expect((await store.load(id)).facts.bind?.previous).toEqual([{ address: '0000:02:00.0', driver: 'nvme' }]);
  });

  it('turns a wait into a later look and a reason for people', async () => {
    await store.create(anInstall(), note);
    const run = async () => waiting(5_000, 'the ISO', { done: 10, total: 100, unit: 'bytes' });
    const next = await sagaOf({ reserve: { run } }).advance(id, never);
    expect(next).toMatchObject({ kind: 'again', ms: 5_000 });
    const [entry] = (await store.load(id)).journal;
    expect(entry).toMatchObject({ state: 'waiting', why: 'the ISO', progress: { done: 10, total: 100 } });
  });

  it('writes nothing at all when a poll of the same worker finds nothing new', async () => {
    await store.create(anInstall(), note);
    const saga = sagaOf({ reserve: { run: async () => waiting(5_000, 'the installer') } });
    await saga.advance(id, never);
    const { rev } = await store.load(id);
    for (let poll = 0; poll < 5; poll += 1) await saga.advance(id, never);
    expect((await store.load(id)).rev).toBe(rev);
  });

  it('waits for an approval without running anything', async () => {
    await store.create(anInstall({ phase: 'approval' }), note);
    expect(await sagaOf().advance(id, never)).toEqual({ kind: 'end' });
    expect(calls).toEqual([]);
  });

  it('ends quietly for an install that does not exist', async () => {
    expect(await sagaOf().advance('xe-nobody', never)).toEqual({ kind: 'end' });
  });
});

describe('failing', () => {
  it('tries a step again with growing pauses, then undoes everything that was started, backwards', async () => {
    await store.create(anInstallAt('bind'), note);
    const run = async (): Promise<Outcome> => {
      calls.push('bind');
      throw boom('backoff');
    };
    const record = await drive(sagaOf({ bind: { run } }));
    expect(calls.slice(0, 3)).toEqual(['bind', 'bind', 'bind']);
    expect(calls.slice(3)).toEqual([
      ...['bind', 'media', 'prepare', 'lifeline', 'plan', 'survey', 'reach', 'rescue', 'reserve'].map(
        (step) => `undo ${step}`,
      ),
      `end ${id}`,
    ]);
    expect(record).toMatchObject({
      phase: 'undone',
      failure: { step: 'bind', code: 'vm-failed', message: 'It went boom.' },
    });
  });

  it('does not try again what cannot get better', async () => {
    await store.create(anInstallAt('plan'), note);
    const run = async (): Promise<Outcome> => {
      calls.push('plan');
      throw boom('no');
    };
    await drive(sagaOf({ plan: { run } }));
    expect(calls.filter((call) => call === 'plan')).toHaveLength(1);
  });

  it('forgets earlier failures once the step got on', async () => {
    await store.create(anInstall(), note);
    let turn = 0;
    const run = async () => {
      turn += 1;
      if (turn % 2 === 1) throw boom('backoff');
      return turn < 10 ? waiting(1_000, `turn ${turn}`) : done();
    };
    const saga = sagaOf({ reserve: { run, timeoutMs: 10 * 60_000 } });
    for (let look = 0; look < 10; look += 1) await saga.advance(id, never);
    expect((await store.load(id)).at).toBe('rescue');
  });

  it('gives up a step that is over time, and says what it waited for', async () => {
    await store.create(anInstallAt('reach'), note);
    const record = await drive(sagaOf({ reach: { run: async () => waiting(10_000, 'SSH to answer') } }));
    expect(record.phase).toBe('undone');
    expect(record.failure).toMatchObject({ step: 'reach', code: 'timeout' });
    expect(record.failure?.message).toContain('It was waiting for SSH to answer.');
  });

  it('aborts a step that hangs at its time limit', async () => {
    await store.create(anInstall(), note);
    const run = ({ signal }: StepContext) =>
      new Promise<Outcome>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    await sagaOf({ reserve: { run, timeoutMs: 20 } }).advance(id, never);
    expect((await store.load(id)).failure).toMatchObject({ code: 'timeout' });
  });
});

describe('undoing', () => {
  it('covers a step that was only started when its worker died', async () => {
    const journal = [{ step: 'reserve', state: 'started', run: 'dead', failures: 0, startedAt: 1 }] as const;
    await store.create(anInstall({ journal: [...journal], phase: 'undo' }), note);
    await drive(sagaOf());
    expect(calls).toEqual(['undo reserve', `end ${id}`]);
  });

  it('retries an undo, and goes on when it works', async () => {
    await store.create(anInstallAt('reach', { phase: 'undo' }), note);
    let failures = 0;
    const undo = async () => {
      failures += 1;
      if (failures < 4) throw boom('backoff');
      return done();
    };
    expect((await drive(sagaOf({ rescue: { undo } }))).phase).toBe('undone');
    expect(failures).toBe(4);
  });

  it('stops and asks a person when an undo gives up; nothing after it is undone', async () => {
    await store.create(anInstallAt('reach', { phase: 'undo' }), note);
    const undo = async () => {
      throw boom('backoff');
    };
    const record = await drive(sagaOf({ rescue: { undo } }));
    expect(record.phase).toBe('stuck');
    expect(record.journal.find((entry) => entry.step === 'rescue')).toMatchObject({
      state: 'undo-failed',
      error: { message: 'It went boom.' },
    });
    expect(calls).not.toContain('undo reserve');
    expect(await store.listOpenIds()).toEqual([id]);
  });

  it('forgets the sealed secrets when all is undone', async () => {
    await store.create(anInstallAt('reach', { phase: 'undo', sealed: { sshKey: 'v1.x.y' } }), note);
    expect((await drive(sagaOf())).sealed).toEqual({});
  });
});

describe('cancelling', () => {
  it('is asked before each step and undoes what was done', async () => {
    await store.create(anInstallAt('media'), note);
    await store.update(id, (record) => cancelInstall(record, alice, 5));
    const record = await drive(sagaOf());
    expect(calls[0]).toBe('undo prepare');
    expect(record.phase).toBe('undone');
    expect(await typesOf()).toContain('cancel-requested');
  });

  it('stops a running step without counting a failure', async () => {
    await store.create(anInstall(), note);
    const stop = new AbortController();
    const run = async ({ signal }: StepContext): Promise<Outcome> => {
      stop.abort('cancelled');
      signal.throwIfAborted();
      return done();
    };
    expect(await sagaOf({ reserve: { run } }).advance(id, stop.signal)).toMatchObject({ kind: 'again', ms: 0 });
    expect((await store.load(id)).journal).toMatchObject([{ state: 'started', failures: 0 }]);
  });
});

describe('two workers', () => {
  it('leave no trace of the one that wakes up late', async () => {
    await store.create(anInstall(), note);
    const late = async () => {
      await sagaOf({ reserve: { run: async () => waiting(60_000, 'worker b') } }, 'worker-b').advance(id, never);
      return done({ console: { readyAt: 1 } });
    };
    expect(await sagaOf({ reserve: { run: late } }).advance(id, never)).toMatchObject({ kind: 'again', ms: 1_000 });
    const record = await store.load(id);
    expect(record.at).toBe('reserve');
    expect(record.facts.console).toBeUndefined();
    expect(record.journal).toMatchObject([{ run: 'worker-b', why: 'worker b' }]);
  });

  it('take over a wait by writing their own name first', async () => {
    await store.create(anInstall(), note);
    const behaviour = { reserve: { run: async () => waiting(1_000, 'x') } };
    await sagaOf(behaviour, 'worker-a').advance(id, never);
    await sagaOf(behaviour, 'worker-b').advance(id, never);
    expect((await store.load(id)).journal).toMatchObject([{ run: 'worker-b' }]);
  });

  it('give a step back at shutdown, with nothing counted', async () => {
    await store.create(anInstall(), note);
    const stop = new AbortController();
    const run = async (): Promise<Outcome> => {
      stop.abort('shutdown');
      throw new Error('interrupted');
    };
    await sagaOf({ reserve: { run } }).advance(id, stop.signal);
    expect((await drive(sagaOf({}, 'worker-b'))).phase).toBe('done');
  });
});
