import { describe, expect, it } from 'vitest';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import { type StepName, stepNames } from '../../../core/contracts/step-name.ts';
import { cancelInstall } from '../../../core/decisions.ts';
import { type ErrorCode, XepaError } from '../../../core/errors.ts';
import { createLogger } from '../../../core/log.ts';
import { createSaga } from '../../../worker/saga/advance.ts';
import { isHopeless, isUndoHopeless } from '../../../worker/saga/backoff.ts';
import { done, type Step, waiting } from '../../../worker/saga/step.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';
import { createMemoryInstallStore } from '../../fakes/memory-install-store.ts';
import { alice, anInstallAt } from '../../support/an-install.ts';

const MINUTE = 60_000;
const never = new AbortController().signal;
const error = (code: ErrorCode, retry: 'no' | 'backoff' = 'backoff') =>
  new XepaError(code, { message: code, userMessage: code, retry });

describe('patience', () => {
  it.each([
    ['what cannot get better, at once', error('iso-unusable', 'no'), 1, 0, true],
    ['a fault of ours, after the tries', error('vm-failed'), 3, 0, true],
    ['a fault of ours, not before', error('vm-failed'), 2, 60 * MINUTE, false],
    ['an outage, not by the number of tries', error('provider-unavailable'), 50, 14 * MINUTE, false],
    ['an outage, after a quarter of an hour', error('unreachable'), 50, 15 * MINUTE, true],
  ])('ends for %s', (_what, thrown, failures, forMs, hopeless) => {
    expect(isHopeless(thrown, { failures, forMs, attempts: 3 })).toBe(hopeless);
  });

  it('is as long as the step says, and longer for an undo', () => {
    const away = error('unreachable');
    expect(isHopeless(away, { failures: 9, forMs: 29 * MINUTE, attempts: 3, outageMs: 30 * MINUTE })).toBe(false);
    expect(isUndoHopeless(away, { failures: 50, forMs: 29 * MINUTE })).toBe(false);
    expect(isUndoHopeless(error('device-unfit', 'no'), { failures: 7, forMs: 0 })).toBe(false);
    expect(isUndoHopeless(error('device-unfit', 'no'), { failures: 8, forMs: 0 })).toBe(true);
  });
});

function stage(record: InstallRecord, special: Partial<Record<StepName, Partial<Step>>>) {
  const clock = new FakeClock();
  const store = createMemoryInstallStore(clock);
  const steps = stepNames.map(
    (name): Step => ({ name, timeoutMs: 5 * MINUTE, attempts: 3, run: async () => done(), ...special[name] }),
  );
  const log = createLogger('test', 'silent');
  const saga = createSaga({ store, steps, clock, log, run: 'a', onEnd: async () => undefined });
  const begin = () => store.create(record, { type: 'created', actor: alice, detail: {} });
  const look = async () => {
    const next = await saga.advance(record.id, never);
    if (next.kind === 'again') clock.forward(next.ms);
    return store.load(record.id);
  };
  return { clock, store, begin, look };
}

describe('a saga', () => {
  it('bears a provider that is away for ten minutes', async () => {
    let looks = 0;
    const { clock, begin, look } = stage(anInstallAt('boot'), {
      boot: {
        timeoutMs: 60 * MINUTE,
        run: async () => {
          looks += 1;
          if (clock.now() < 1_000_000 + 10 * MINUTE) throw error('provider-unavailable');
          return done();
        },
      },
    });
    await begin();
    let record = await look();
    while (record.at === 'boot' && record.phase === 'forward') record = await look();
    expect(record.at).toBe('verify');
    expect(looks).toBeGreaterThan(8);
    expect(record.journal.find((entry) => entry.step === 'boot')).not.toHaveProperty('failingSince');
  });

  it('looks before it judges that a step is over time: all workers may have been away', async () => {
    let up = false;
    const { clock, begin, look } = stage(anInstallAt('verify'), {
      verify: { run: async () => (up ? done() : waiting(1_000, 'the metal')) },
    });
    await begin();
    await look();
    clock.forward(60 * MINUTE);
    up = true;
    expect((await look()).at).toBe('release');
  });

  it('gives the step up when it still waits after its time', async () => {
    const { clock, begin, look } = stage(anInstallAt('verify'), {
      verify: { run: async () => waiting(1_000, 'the metal') },
    });
    await begin();
    await look();
    clock.forward(60 * MINUTE);
    expect((await look()).failure).toMatchObject({ code: 'timeout' });
  });

  it('does not turn back once the metal is booting what was installed', async () => {
    const facts = { boot: { requestedAt: 1, marker: 'e-9' } };
    const late = { by: alice, at: 1 };
    const { begin, look } = stage(anInstallAt('verify', { facts, cancel: late }), {});
    const record = await begin();
    const { cancel: _cancel, ...uncancelled } = record;
    expect(cancelInstall(uncancelled, alice, 2)).toBeNull();
    await look();
    expect((await look()).phase).toBe('done');
  });
});
