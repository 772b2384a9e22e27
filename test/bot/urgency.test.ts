import { expect, test } from 'vitest';
import { standingOf, urgencyOfChange } from '../../bot/urgency.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import { anApproval } from '../support/an-approval.ts';
import { installAt, installedRecord, installRecord } from '../support/records.ts';

const bob = { via: 'slack' as const, id: 'U02BOB' };
const pending = anApproval();
const approved = anApproval({ state: 'approved', by: bob, at: 1 });
const waits = installRecord({ phase: 'approval', approval: pending });
const runs = installAt('media');
const decided = { kind: 'boot-metal' as const, by: bob, at: 1 };

test.each<[string, InstallRecord, InstallRecord, string]>([
  ['an approval', waits, installRecord({ approval: approved }), 'decision'],
  ['a second request for approval', runs, waits, 'decision'],
  ['a cancellation', runs, { ...runs, cancel: { by: bob, at: 1 } }, 'decision'],
  ['the word to boot the metal', installAt('attend'), { ...installAt('attend'), decision: decided }, 'decision'],
  ['a step after that word', { ...runs, decision: decided }, installAt('boot', {}, { decision: decided }), 'step'],
  ['a new step', installAt('media'), installAt('bind'), 'step'],
  ['the way back', runs, { ...runs, phase: 'undo' }, 'failure'],
  ['a step of the way back', { ...runs, phase: 'undo' }, { ...installAt('bind'), phase: 'undo' }, 'step'],
  ['being stuck', { ...runs, phase: 'undo' }, { ...runs, phase: 'stuck' }, 'failure'],
  ['the end', installAt('release'), installedRecord(), 'failure'],
])('%s has its urgency', (_what, before, now, urgency) => {
  expect(urgencyOfChange(now, standingOf(before))).toBe(urgency);
});

test('what is shown now may be unknown', () => {
  expect(urgencyOfChange(runs, undefined)).toBe('decision');
});
