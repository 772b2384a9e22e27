import { describe, expect, it } from 'vitest';
import { lateStart } from '../../../worker/steps/approved.ts';
import { anApproval } from '../../support/an-approval.ts';
import { anInstall, bob } from '../../support/an-install.ts';

const minute = 60_000;

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
