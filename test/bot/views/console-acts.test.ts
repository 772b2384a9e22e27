import { expect, it } from 'vitest';
import { eventWords } from '../../../bot/views/audit-words.ts';
import { milestonesOf } from '../../../bot/views/milestones.ts';
import { alice, anInstallAt, bob } from '../../support/an-install.ts';

const acts = [
  { n: 4, by: alice, what: 'pause', at: 1 },
  { n: 5, by: bob, what: 'insert', disc: 'debian-13 <!here>', at: 2 },
  { n: 6, by: bob, what: 'something-new', at: 3 },
];

it('tells in the thread who did what to the VM, each under a key of its own', () => {
  const record = anInstallAt('attend', { phase: 'undo', console: { now: [], acts } });
  const said = milestonesOf(record).map(({ key, message }) => [key, message.text]);
  expect(said).toEqual([
    ['console-act-4', '🎛️ <@U01ALICE> paused the VM.'],
    ['console-act-5', '🎛️ <@U02BOB> inserted a CD: `debian-13 &lt;!here&gt;`.'],
    ['console-act-6', '🎛️ <@U02BOB> used the console: something-new.'],
  ]);
});

it('has the same words for the audit trail', () => {
  const said = (type: string, detail: Record<string, unknown>) => eventWords({ type, detail });
  expect(said('console-power', { action: 'off' })).toBe('switched the VM off by force');
  expect(said('console-media', { action: 'eject', force: true })).toBe('ejected the CD, by force');
});
