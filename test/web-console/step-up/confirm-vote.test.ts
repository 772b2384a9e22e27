import { describe, expect, test } from 'vitest';
import type { Approval, Vote } from '../../../core/contracts/approval.ts';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import {
  confirmVote,
  type Verdict,
  type VoteClaim,
  verdictOn,
  type WhyNot,
  whyNotConfirm,
} from '../../../web-console/step-up/confirm-vote.ts';
import { anApproval } from '../../support/an-approval.ts';
import { alice, anInstall, bob } from '../../support/an-install.ts';

const carol = { via: 'slack', id: 'U03CAROL' } as const;
const digest = 'd'.repeat(64);
const mine = { team: 'T01TEST', voter: bob.id };
const claim: VoteClaim & { credential: string } = { ...mine, round: 1, digest, credential: 'cred-1' };

function vote(by: Vote['by'], stepUp: Vote['stepUp'] = 'awaited'): Vote {
  return { by, at: 1, fits: [0], stepUp };
}

function waiting(given: Partial<Approval> = {}, parts: Partial<InstallRecord> = {}): InstallRecord {
  const approval = anApproval({ stepUp: true, votes: [vote(bob)], ...given });
  return anInstall({ phase: 'approval', approval, ...parts });
}

function nowhere(): InstallRecord {
  const { slack: _, ...record } = waiting();
  return record;
}

const twoNeeded = [{ label: 'somebody else', count: 2, users: [], groups: [] }];

describe('a confirmed vote', () => {
  test('is for the bot to judge: it completes nothing, even when it was the last one missing', () => {
    const before = waiting();
    const change = confirmVote(before, claim, 500);
    expect(change?.record).toEqual({ ...before, approval: { ...before.approval, votes: [vote(bob, 'shown')] } });
    expect(change?.note).toEqual({
      type: 'vote-confirmed',
      actor: { via: 'console', id: bob.id },
      detail: { round: 1, digest, credential: 'cred-1' },
    });
  });

  test('changes no other vote', () => {
    const change = confirmVote(waiting({ needs: twoNeeded, votes: [vote(bob), vote(carol)] }), claim, 500);
    expect(change?.record.approval?.votes.map(({ stepUp }) => stepUp)).toEqual(['shown', 'awaited']);
  });
});

describe('what became of a confirmed vote', () => {
  const shown = [vote(bob, 'shown')];
  const done = [vote(bob, 'done')];
  const turnedAway = { by: bob, at: 2, why: ['Everything is frozen by U05IC: audit'], named: ['U05IC'] };
  test.each<[string, Verdict | null, InstallRecord]>([
    ['nothing yet', null, waiting({ votes: shown })],
    ['nothing yet, whatever befell it in an earlier try', null, waiting({ votes: shown, turnedAway })],
    ['it counts', { kind: 'counted' }, waiting({ votes: done, needs: twoNeeded })],
    ['it was the last one', { kind: 'counted' }, waiting({ state: 'approved', votes: done }, { phase: 'forward' })],
    ['taken back', { kind: 'turned-away', why: turnedAway.why }, waiting({ votes: [], turnedAway })],
    [
      'somebody else’s was',
      { kind: 'void', why: 'no-vote' },
      waiting({ votes: [], turnedAway: { ...turnedAway, by: carol } }),
    ],
    ['asked anew', { kind: 'void', why: 'other-round' }, waiting({ round: 2, votes: [] })],
    [
      'denied meanwhile',
      { kind: 'void', why: 'denied' },
      waiting({ state: 'denied', votes: shown }, { phase: 'denied' }),
    ],
    ['too late', { kind: 'void', why: 'expired' }, waiting({ votes: shown, expiresAt: 400 })],
  ])('%s', (_what, verdict, record) => {
    expect(verdictOn(record, claim, 500)).toEqual(verdict);
  });
});

describe('a vote is not confirmed', () => {
  const done = [vote(bob, 'done')];
  test.each<[string, WhyNot, InstallRecord, Partial<typeof claim>, number]>([
    ['when nothing was asked', 'not-asked', anInstall({ phase: 'forward' }), {}, 500],
    ['after the end of the request', 'expired', waiting(), {}, 3_600_000],
    ['after somebody denied it', 'denied', waiting({ state: 'denied' }, { phase: 'denied' }), {}, 500],
    ['after it expired', 'expired', waiting({ state: 'expired' }, { phase: 'denied' }), {}, 500],
    ['after others approved it', 'approved', waiting({ state: 'approved' }, { phase: 'forward' }), {}, 500],
    ['after it was withdrawn', 'withdrawn', waiting({ state: 'withdrawn' }, { phase: 'undone' }), {}, 500],
    ['after the install was cancelled', 'withdrawn', waiting({}, { cancel: { by: alice, at: 2 } }), {}, 500],
    ['while the install is elsewhere', 'withdrawn', waiting({}, { phase: 'undo' }), {}, 500],
    ['of an earlier round', 'other-round', waiting({ round: 2 }), {}, 500],
    ['for something else', 'changed', waiting(), { digest: 'e'.repeat(64) }, 500],
    ['that was taken back', 'no-vote', waiting({ votes: [] }), {}, 500],
    ['of another workspace', 'elsewhere', waiting(), { team: 'T02OTHER' }, 500],
    ['of an install that came from no workspace', 'elsewhere', nowhere(), {}, 500],
    ['of somebody else', 'no-vote', waiting(), { voter: carol.id }, 500],
    ['twice in a row', 'shown', waiting({ votes: [vote(bob, 'shown')] }), {}, 500],
    ['twice', 'counted', waiting({ votes: done }), {}, 500],
    ['twice, also once it is approved', 'counted', waiting({ state: 'approved', votes: done }), {}, 500],
    ['that needed no passkey', 'counted', waiting({ votes: [vote(bob, 'not-needed')] }), {}, 500],
  ])('%s', (_when, why, record, other, at) => {
    expect(whyNotConfirm(record, { ...claim, ...other }, at)).toBe(why);
    expect(confirmVote(record, { ...claim, ...other }, at)).toBeNull();
  });
});
