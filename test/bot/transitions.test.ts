import { describe, expect, test } from 'vitest';
import { approve, deny, expire } from '../../bot/approvals.ts';
import { resolveByHand, retryUndo } from '../../bot/stuck.ts';
import type { JournalEntry } from '../../core/contracts/install.ts';
import { anApproval } from '../support/an-approval.ts';
import { installRecord } from '../support/records.ts';

const bob = { via: 'slack' as const, id: 'U02BOB' };
const pending = anApproval({ expiresAt: 1000 });
const waiting = installRecord({ phase: 'approval', approval: pending });

describe('an approval', () => {
  test('lets the install begin', () => {
    const change = approve(waiting, bob, 999);
    expect(change?.record).toMatchObject({ phase: 'forward', approval: { state: 'approved', by: bob, at: 999 } });
    expect(change?.note).toMatchObject({ type: 'approved', actor: bob });
  });

  test('denied ends the install', () => {
    expect(deny(waiting, bob, 999)?.record).toMatchObject({ phase: 'denied', approval: { state: 'denied', by: bob } });
  });

  test('is decided once', () => {
    const decided = approve(waiting, bob, 1)?.record ?? waiting;
    expect([approve(decided, bob, 2), deny(decided, bob, 2), expire(decided, 9999)]).toEqual([null, null, null]);
  });

  test('cannot be given at its end any more, and expires then and not before', () => {
    expect([approve(waiting, bob, 1000), deny(waiting, bob, 1000), expire(waiting, 999)]).toEqual([null, null, null]);
    expect(expire(waiting, 1000)?.record).toMatchObject({ phase: 'denied', approval: { state: 'expired' } });
  });

  test('is nothing to decide where none was asked for, or after a cancel', () => {
    expect(approve(installRecord(), bob, 1)).toBeNull();
    expect(approve({ ...waiting, phase: 'undone' }, bob, 1)).toBeNull();
  });
});

describe('a stuck install', () => {
  const entry = (step: JournalEntry['step'], state: JournalEntry['state']): JournalEntry => ({
    ...{ step, state, run: 'r', failures: 5, startedAt: 1, endedAt: 2, until: 3 },
    error: { code: 'timeout', message: 'no answer' },
  });
  const stuck = installRecord({
    phase: 'stuck',
    journal: [entry('reserve', 'undone'), entry('rescue', 'undo-failed')],
  });

  test('tried again undoes what was given up, with all its tries, at once', () => {
    const record = retryUndo(stuck, bob)?.record;
    expect(record?.phase).toBe('undo');
    expect(record?.journal[0]).toEqual(stuck.journal[0]);
    expect(record?.journal[1]).toEqual({ step: 'rescue', state: 'undoing', run: 'r', failures: 0, startedAt: 1 });
  });

  test('settled by hand is over', () => {
    const change = resolveByHand(stuck, bob, 77);
    expect(change?.record).toMatchObject({
      phase: 'undone',
      journal: [{ state: 'undone' }, { state: 'undone', endedAt: 77 }],
    });
    expect(change?.note).toEqual({ type: 'resolved-by-hand', actor: bob, detail: { steps: ['rescue'] } });
  });

  test('is settled once', () => {
    const running = installRecord();
    expect([retryUndo(running, bob), resolveByHand(running, bob, 1)]).toEqual([null, null]);
  });
});
