import { describe, expect, test } from 'vitest';
import { askOthers, breakGlass, castVote, countProven, deny, expire, review, turnAway } from '../../bot/approvals.ts';
import { resolveByHand, retryUndo } from '../../bot/stuck.ts';
import type { Actor } from '../../core/contracts/actor.ts';
import type { JournalEntry } from '../../core/contracts/install.ts';
import { anApproval } from '../support/an-approval.ts';
import { installAt, installRecord } from '../support/records.ts';

const bob = { via: 'slack' as const, id: 'U02BOB' };
const carol = { via: 'slack' as const, id: 'U03CAROL' };
const alice = 'U01ALICE';
const pending = anApproval({ expiresAt: 1000 });
const waiting = installRecord({ phase: 'approval', approval: pending });
const yes = (by: Actor, at = 999, more: Partial<Parameters<typeof castVote>[1]> = {}) => ({
  ...{ by, at, round: 1, fits: [0], stepUp: 'not-needed' as const },
  ...more,
});

describe('an approval by one', () => {
  test('lets the install begin', () => {
    const change = castVote(waiting, yes(bob));
    expect(change?.record).toMatchObject({ phase: 'forward', approval: { state: 'approved', by: bob, at: 999 } });
    expect(change?.note).toMatchObject({ type: 'approved', actor: bob, detail: { digest: pending.digest, round: 1 } });
  });

  test('denied ends the install, with the reason', () => {
    const no = deny(waiting, { by: bob, at: 999, round: 1, reason: 'wrong box' });
    expect(no?.record).toMatchObject({ phase: 'denied', approval: { state: 'denied', by: bob, reason: 'wrong box' } });
  });

  test('is decided once', () => {
    const decided = castVote(waiting, yes(bob, 1))?.record ?? waiting;
    const later = [
      castVote(decided, yes(carol, 2)),
      deny(decided, { by: carol, at: 2, round: 1 }),
      expire(decided, 9999),
    ];
    expect(later).toEqual([null, null, null]);
  });

  test('cannot be given at its end any more, and expires then and not before', () => {
    const late = [
      castVote(waiting, yes(bob, 1000)),
      deny(waiting, { by: bob, at: 1000, round: 1 }),
      expire(waiting, 999),
    ];
    expect(late).toEqual([null, null, null]);
    expect(expire(waiting, 1000)?.record).toMatchObject({ phase: 'denied', approval: { state: 'expired' } });
  });

  test('of an earlier round is none: the card showed something else', () => {
    const second = { ...waiting, approval: { ...pending, round: 2 } };
    expect([castVote(second, yes(bob)), deny(second, { by: bob, at: 9, round: 1 })]).toEqual([null, null]);
  });

  test('does not count before the passkey, where one is asked for', () => {
    const change = castVote(waiting, yes(bob, 9, { stepUp: 'awaited' }));
    expect(change?.record).toMatchObject({ phase: 'approval', approval: { state: 'pending', votes: [{ by: bob }] } });
    expect(change?.note.type).toBe('voted');
  });

  test('by the requester is worth nothing, even if it got into the record', () => {
    const own = castVote(waiting, yes({ via: 'slack', id: alice }))?.record;
    expect(own?.phase).toBe('approval');
  });

  test('is nothing to decide where none was asked for, or after a cancel', () => {
    expect(castVote(installRecord(), yes(bob))).toBeNull();
    expect(castVote({ ...waiting, phase: 'undone' }, yes(bob))).toBeNull();
  });
});

describe('an approval by two', () => {
  const two = { ...waiting, approval: { ...pending, needs: [{ label: 'sre', count: 2, users: [], groups: [] }] } };

  test('waits for the second person, and the same one is not two', () => {
    const first = castVote(two, yes(bob))?.record ?? two;
    expect(first).toMatchObject({ phase: 'approval', approval: { state: 'pending' } });
    expect(castVote(first, yes(bob))).toBeNull();
    expect(castVote(first, yes(carol))?.record).toMatchObject({ phase: 'forward', approval: { by: carol } });
  });

  test('ends at the first no', () => {
    const first = castVote(two, yes(bob))?.record ?? two;
    expect(deny(first, { by: carol, at: 9, round: 1 })?.record.phase).toBe('denied');
  });
});

describe('a vote for which the passkey was shown', () => {
  const awaited = castVote(waiting, yes(bob, 9, { stepUp: 'awaited' }))?.record ?? waiting;
  const voteOf = (by: Actor, stepUp: 'shown' | 'done') => ({ by, at: 9, fits: [0], stepUp });
  const proven = { ...waiting, approval: { ...pending, votes: [voteOf(bob, 'shown')] } };
  const judged = (at = 20) => ({ by: bob, at, round: 1, fits: [0] });

  test('lets the install begin once it is judged, and not before', () => {
    expect(proven.phase).toBe('approval');
    const change = countProven(proven, judged());
    expect(change?.record).toMatchObject({
      phase: 'forward',
      approval: { state: 'approved', by: bob, at: 20, votes: [{ at: 9, stepUp: 'done' }] },
    });
    expect(change?.note).toMatchObject({ type: 'approved', actor: bob, detail: { stepUp: 'done' } });
  });

  test('counts for what its person fits now, whatever they fitted at the click', () => {
    const change = countProven(proven, { ...judged(), fits: [] });
    expect(change?.record).toMatchObject({ phase: 'approval', approval: { votes: [{ fits: [], stepUp: 'done' }] } });
    expect(change?.note.type).toBe('vote-counted');
  });

  test('is judged once, in its round and in time; one that still awaits its passkey is not', () => {
    const counted = countProven(proven, judged())?.record ?? proven;
    const otherRound = { ...proven, approval: { ...proven.approval, round: 2 } };
    const no = { by: bob, at: 20, round: 1, why: ['x'], named: [] };
    for (const [record, at] of [
      [counted, 21],
      [otherRound, 20],
      [proven, 1000],
      [awaited, 20],
    ] as const) {
      expect(countProven(record, judged(at))).toBeNull();
      expect(turnAway(record, { ...no, at })).toBeNull();
    }
  });

  test('is taken back where it may not count, and its person may vote again', () => {
    const why = ['Everything is frozen by U05IC: audit'];
    const change = turnAway(proven, { by: bob, at: 20, round: 1, why, named: ['U05IC'] });
    expect(change?.note).toMatchObject({ type: 'refused', actor: bob, detail: { what: 'approve', reason: why[0] } });
    const turned = change?.record ?? proven;
    expect(turned.approval).toMatchObject({ state: 'pending', votes: [], turnedAway: { by: bob, at: 20, why } });
    const byCarol = castVote(turned, yes(carol, 21, { stepUp: 'awaited' }))?.record;
    expect(byCarol?.approval?.turnedAway).toBeDefined();
    const again = castVote(turned, yes(bob, 21, { stepUp: 'awaited' }))?.record;
    expect(again?.approval).toMatchObject({ votes: [{ by: bob, stepUp: 'awaited' }] });
    expect(again?.approval?.turnedAway).toBeUndefined();
  });
});

describe('a request in the middle of an install', () => {
  const middle = { ...waiting, journal: installAt('plan').journal, at: 'plan' as const };

  test('has something to put back when it is denied or expires', () => {
    expect(deny(middle, { by: bob, at: 9, round: 1 })?.record.phase).toBe('undo');
    expect(expire(middle, 1000)?.record.phase).toBe('undo');
    expect(castVote(middle, yes(bob))?.record).toMatchObject({ phase: 'forward', at: 'plan' });
  });
});

describe('a request for which others have to agree by now', () => {
  test('begins anew with them, and says why', () => {
    const needs = [{ label: 'dba', count: 2, users: [], groups: ['S01'] }];
    const asks = { needs, stepUp: true, denyReason: true, knownDisks: true, startWithinMs: 60_000, lastsMs: 5_000 };
    const emergency = breakGlass(waiting, { by: bob, at: 9, reason: 'x', effectiveAt: 900, reviewBy: 9_000 });
    expect(emergency?.record.approval?.breakGlass).toBeDefined();
    const change = askOthers(emergency?.record ?? waiting, { asks, rules: ['two'], policy: 'p2', at: 500 });
    expect(change?.record.approval).toMatchObject({ round: 2, needs, votes: [], policy: 'p2', state: 'pending' });
    expect(change?.record.approval?.voided?.why).toEqual([expect.stringMatching(/other approvals/)]);
    expect(change?.record.approval).toMatchObject({ ...asks, expiresAt: 5_500 });
    expect(change?.record.approval?.breakGlass).toBeUndefined();
    expect(askOthers(waiting, { asks, rules: [], policy: '', at: 1000 })).toBeNull();
  });
});

describe('an emergency', () => {
  const emergency = { by: bob, at: 9, reason: 'the rack burns', effectiveAt: 60_009, reviewBy: 9e9 };

  test('is declared once, does not expire in its window, and can still be denied', () => {
    const declared = breakGlass(waiting, emergency)?.record ?? waiting;
    expect(declared.approval?.breakGlass).toEqual(emergency);
    expect(breakGlass(declared, emergency)).toBeNull();
    expect(expire(declared, 99_999)).toBeNull();
    expect(deny(declared, { by: carol, at: 10, round: 1 })?.record.phase).toBe('denied');
  });

  test('is reviewed once', () => {
    const declared = breakGlass(waiting, emergency)?.record ?? waiting;
    const reviewed = review(declared, carol, 70_000, 'it did burn')?.record ?? declared;
    expect(reviewed.approval?.breakGlass?.review).toEqual({ by: carol, at: 70_000, note: 'it did burn' });
    expect(review(reviewed, carol, 70_001, 'again')).toBeNull();
    expect(review(waiting, carol, 1, 'nothing')).toBeNull();
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
