import { describe, expect, it } from 'vitest';
import { askAgain, goAheadInEmergency, lateStart } from '../../core/approval-gate.ts';
import type { Vote } from '../../core/contracts/approval.ts';
import { anApproval } from '../support/an-approval.ts';
import { alice, anInstall, anInstallAt, bob } from '../support/an-install.ts';

const minute = 60_000;
const worker = { via: 'system', id: 'worker' } as const;

describe('an approval with a time to begin', () => {
  const approved = (startWithinMs: number | null) =>
    anInstall({ approval: anApproval({ state: 'approved', at: 0, by: bob, startWithinMs }) });

  it.each([
    ['in time', 15 * minute, 15 * minute, null],
    ['too late', 15 * minute, 15 * minute + 1, 'It did not begin within 15 minutes of its approval.'],
    ['without a limit', null, 9e9, null],
  ])('is held against the clock: %s', (_name, within, now, says) => {
    expect(lateStart(approved(within), now)).toBe(says);
  });

  it('says nothing of installs that needed none', () => {
    expect(lateStart(anInstall(), 9e9)).toBeNull();
  });
});

describe('asking again', () => {
  const vote: Vote = { by: bob, at: 1, fits: [0], stepUp: 'not-needed' };
  const approval = anApproval({ state: 'approved', votes: [vote], by: bob, at: 1, lastsMs: 30 * minute });
  const found = { ...approval.binds, serial: 'S2' };
  const again = { why: ['other machine'], found, at: 1_000, by: worker };

  it('voids every vote, with who had given them on the trail, and gives the new round its full time', () => {
    const change = askAgain(anInstallAt('plan', { approval }), again);
    expect(change?.record.approval).toMatchObject({ state: 'pending', round: 2, votes: [], binds: found });
    expect(change?.record.approval).toMatchObject({
      expiresAt: 1_000 + 30 * minute,
      voided: { why: ['other machine'] },
    });
    expect(change?.record.approval?.digest).not.toBe(approval.digest);
    expect(change?.record.approval?.by).toBeUndefined();
    expect(change?.note).toMatchObject({ type: 'votes-voided', detail: { votes: [bob.id], round: 1 } });
  });

  it('does nothing to an install that is no longer going forward, or needed no approval', () => {
    expect(askAgain(anInstallAt('plan', { approval, phase: 'undo' }), again)).toBeNull();
    expect(askAgain(anInstallAt('plan'), again)).toBeNull();
  });
});

describe('an emergency', () => {
  const breakGlass = { by: alice, at: 0, reason: 'fire', effectiveAt: 60_000, reviewBy: 9e9 };
  const waiting = anInstall({ phase: 'approval', approval: anApproval({ breakGlass }) });

  it('takes effect at its time', () => {
    expect(goAheadInEmergency(waiting, 59_999)).toBeNull();
    expect(goAheadInEmergency(waiting, 60_000)?.record).toMatchObject({ phase: 'forward', approval: { by: alice } });
  });

  it('does not, once it was decided otherwise', () => {
    const denied = { ...waiting, approval: anApproval({ state: 'denied', breakGlass }) };
    expect(goAheadInEmergency(denied, 60_000)).toBeNull();
  });
});
