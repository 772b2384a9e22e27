import { beforeEach, describe, expect, it } from 'vitest';
import { cancelInstall } from '../../../core/decisions.ts';
import { done, type Outcome } from '../../../worker/saga/step.ts';
import { anApproval } from '../../support/an-approval.ts';
import { alice, anInstall, anInstallAt, bob } from '../../support/an-install.ts';
import { id, never, note, SagaBench } from '../../support/saga-bench.ts';

let bench: SagaBench;
let clock: SagaBench['clock'];
let store: SagaBench['store'];
let calls: string[];
beforeEach(() => {
  bench = new SagaBench();
  ({ clock, store, calls } = bench);
});

const sagaOf: SagaBench['saga'] = (...given) => bench.saga(...given);
const drive: SagaBench['drive'] = (...given) => bench.drive(...given);
const typesOf = () => bench.typesOf();

describe('asking people again', () => {
  const asked = (round = 1) =>
    anInstallAt('plan', {
      approval: anApproval({ state: 'approved', round, by: bob, at: 1, votes: [] }),
    });

  it('throws the votes away and waits; after the next approval the step runs again', async () => {
    await store.create(asked(), note);
    const found = { ...anApproval().binds, serial: 'S2' };
    let first = true;
    const run = async (): Promise<Outcome> => {
      calls.push('plan');
      if (!first) return done();
      first = false;
      return { kind: 'ask-again', why: ['The machine is another one.'], found, hardware: null };
    };
    const saga = sagaOf({ plan: { run } });
    const waiting = await drive(saga);
    expect(waiting).toMatchObject({ phase: 'approval', at: 'plan' });
    expect(waiting.approval).toMatchObject({ state: 'pending', round: 2, votes: [], binds: found });
    expect(waiting.approval?.voided?.why).toEqual(['The machine is another one.']);
    expect(await typesOf()).toContain('votes-voided');
    // Longer than the step's own time: it began anew with the approval.
    clock.forward(3_600_000);
    await store.update(id, (record) => ({ record: { ...record, phase: 'forward' }, note }));
    await drive(saga);
    expect(calls.slice(0, 3)).toEqual(['plan', 'plan', 'lifeline']);
  });

  it('puts everything back when it is cancelled meanwhile', async () => {
    await store.create({ ...asked(), phase: 'approval' }, note);
    await store.update(id, (record) => cancelInstall(record, alice, 5));
    const record = await drive(sagaOf());
    expect(record).toMatchObject({ phase: 'undone', approval: { state: 'withdrawn' } });
    expect(calls[0]).toBe('undo survey');
  });
});

describe('a time of its own', () => {
  it('is waited for without running anything, and a cancellation does not wait for it', async () => {
    await store.create(anInstall({ request: { ...anInstall().request, startAt: clock.now() + 60_000 } }), note);
    expect(await sagaOf().advance(id, never)).toMatchObject({ kind: 'again', ms: 60_000 });
    expect(calls).toEqual([]);
    await store.update(id, (record) => cancelInstall(record, alice, 5));
    expect((await drive(sagaOf())).phase).toBe('undone');
  });

  it('begins nothing by itself: the policy has to be asked again first', async () => {
    await store.create(anInstall({ request: { ...anInstall().request, startAt: clock.now() + 60_000 } }), note);
    clock.forward(3_600_000);
    expect(await sagaOf().advance(id, never)).toMatchObject({ kind: 'again', ms: 30_000 });
    expect(calls).toEqual([]);
    const clearance = { at: clock.now(), policy: 'p' };
    await store.update(id, (record) => ({ record: { ...record, clearance }, note }));
    expect((await drive(sagaOf())).phase).toBe('done');
    expect(calls[0]).toBe('reserve');
  });

  it('has an emergency: it goes ahead without votes when its window is over, and not before', async () => {
    const breakGlass = { by: bob, at: 1, reason: 'fire', effectiveAt: clock.now() + 60_000, reviewBy: 9e12 };
    await store.create(anInstall({ phase: 'approval', approval: anApproval({ breakGlass }) }), note);
    expect(await sagaOf().advance(id, never)).toMatchObject({ kind: 'again', ms: 60_000 });
    expect((await store.load(id)).phase).toBe('approval');
    clock.forward(60_000);
    expect((await drive(sagaOf())).approval).toMatchObject({ state: 'approved', by: bob });
    expect(await typesOf()).toContain('break-glass-took-effect');
    expect(calls[0]).toBe('reserve');
  });

  it('has an emergency that was stopped in its window', async () => {
    const breakGlass = { by: bob, at: 1, reason: 'fire', effectiveAt: clock.now() + 60_000, reviewBy: 9e12 };
    await store.create(anInstall({ phase: 'approval', approval: anApproval({ breakGlass }) }), note);
    await store.update(id, (record) => cancelInstall(record, alice, 5));
    clock.forward(60_000);
    expect((await drive(sagaOf())).phase).toBe('undone');
    expect(calls).toEqual([`end ${id}`]);
  });
});
