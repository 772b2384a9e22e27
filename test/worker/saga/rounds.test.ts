import { beforeEach, expect, it } from 'vitest';
import type { Facts } from '../../../core/contracts/facts.ts';
import { cancelInstall } from '../../../core/decisions.ts';
import { XepaError } from '../../../core/errors.ts';
import { done, type Outcome } from '../../../worker/saga/step.ts';
import { alice, anInstallAt, bob } from '../../support/an-install.ts';
import { id, never, note, SagaBench } from '../../support/saga-bench.ts';

/** The metal was started from its disk, did not come up, and is in rescue for the second time. */
const facts: Facts = {
  rescue: { publicKey: 'k', entries: 2 },
  boot: { requestedAt: 1, marker: 'm', entry: 1 },
};
let bench: SagaBench;

beforeEach(async () => {
  bench = new SagaBench();
  const decision = { kind: 'boot-metal', by: alice, at: 1 } as const;
  await bench.store.create(anInstallAt('verify', { facts, decision }), note);
});

/** Once the console is wanted again; after that the step ends. */
function wantsConsole(bench: SagaBench) {
  return async (): Promise<Outcome> => {
    bench.calls.push('verify');
    if (bench.calls.filter((call) => call === 'verify').length > 1) return done();
    return { kind: 'once-more', from: 'survey', facts: { again: { n: 1, by: bob.id } }, forget: ['bind'] };
  };
}

const hopeless = () => Promise.reject(new XepaError('vm-failed', { message: 'x', userMessage: 'It did not start.' }));

it('runs the steps from the survey on once more, without what was decided before', async () => {
  const record = await bench.drive(bench.saga({ verify: { run: wantsConsole(bench) } }));
  expect(record).toMatchObject({ phase: 'done', facts: { again: { n: 1 } } });
  expect(record.decision).toBeUndefined();
  expect(bench.calls.slice(0, 3)).toEqual(['verify', 'survey', 'plan']);
  expect(bench.calls).not.toContain('rescue');
  const events = await bench.store.events(id);
  expect(events.find(({ type }) => type === 'console-again')?.detail).toEqual({ round: 1, by: bob.id });
});

it('undoes a round that fails, and only that, and goes back to asking', async () => {
  const saga = bench.saga({ verify: { run: wantsConsole(bench) }, launch: { attempts: 1, run: hopeless } });
  const record = await bench.drive(saga);
  expect(bench.calls.filter((call) => call.startsWith('undo'))).toEqual(
    ['launch', 'bind', 'media', 'prepare', 'lifeline', 'plan', 'survey'].map((step) => `undo ${step}`),
  );
  expect(record).toMatchObject({ phase: 'done', facts: { again: { n: 1, failed: 'It did not start.' } } });
  expect(record.failure).toBeUndefined();
  expect(bench.calls.slice(-3)).toEqual(['verify', 'release', `end ${id}`]);
  expect(await bench.typesOf()).toContain('console-again-failed');
});

it('goes on in the middle of it after a worker has died, also while the round is undone', async () => {
  const special = { verify: { run: wantsConsole(bench) }, launch: { attempts: 1, run: hopeless } };
  for (let look = 0; look < 40; look += 1) await bench.saga(special, `worker-${look}`).advance(id, never);
  expect(await bench.store.load(id)).toMatchObject({
    phase: 'done',
    facts: { again: { failed: 'It did not start.' } },
  });
  expect(bench.calls.filter((call) => call === 'undo bind')).toHaveLength(1);
});

it('undoes everything when it is cancelled', async () => {
  const cancelling = async (): Promise<Outcome> => {
    await bench.store.update(id, (record) => cancelInstall(record, alice, 5));
    return done();
  };
  const saga = bench.saga({ verify: { run: wantsConsole(bench) }, bind: { run: cancelling } });
  const record = await bench.drive(saga);
  expect(record).toMatchObject({ phase: 'undone', cancel: { by: alice } });
  expect(bench.calls).toContain('undo rescue');
});
