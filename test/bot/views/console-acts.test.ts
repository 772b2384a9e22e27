import { describe, expect, it } from 'vitest';
import { eventWords } from '../../../bot/views/audit-words.ts';
import { milestonesOf } from '../../../bot/views/milestones.ts';
import type { OtherDiscFacts } from '../../../core/contracts/facts.ts';
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

describe('an ISO that was uploaded', () => {
  const sum = 'ab'.repeat(32);
  const wish = {
    n: 3,
    typed: 'drivers <!here>.iso',
    by: bob,
    at: 1,
    verdict: 'accepted',
    upload: { bytes: 9, key: sum },
  } as const;
  const disc = { n: 3, name: wish.typed, path: '/m/o.iso', bytes: 43_000_000, sha256: sum, why: '' };
  const said = (otherDisc: OtherDiscFacts) =>
    milestonesOf(anInstallAt('attend', { phase: 'undo', discWish: wish, facts: { otherDisc } })).map(
      ({ key, message }) => [key, message.text],
    );

  it('is told in the thread with its digest once it is there, or why it is not', () => {
    expect(said({ ...disc, state: 'fetching' })).toEqual([]);
    expect(said({ ...disc, n: 2, state: 'ready' })).toEqual([]);
    expect(said({ ...disc, state: 'ready' })).toEqual([
      [
        'disc-3',
        `💿 \`drivers &lt;!here&gt;.iso\`, which <@U02BOB> uploaded, is on the server: 43.0 MB, SHA-256 \`${sum}\`.`,
      ],
    ]);
    expect(said({ ...disc, state: 'failed', why: 'It was stopped' })[0]?.[1]).toMatch(
      /is not on the server: It was stopped\.$/,
    );
  });

  it('is told in the audit trail', () => {
    const known = { facts: ['otherDisc'], disc: { name: 'drivers.iso', state: 'ready', sha256: 'abc' } };
    expect(eventWords({ type: 'facts-saved', detail: known })).toBe(
      'noted: otherDisc (drivers.iso: ready, SHA-256 abc)',
    );
    expect(eventWords({ type: 'console-upload-sent', detail: { name: 'drivers.iso', sha256: 'abc' } })).toContain(
      'SHA-256 abc',
    );
    expect(eventWords({ type: 'console-media', detail: { action: 'upload', disc: 'drivers.iso' } })).toContain(
      'from their computer',
    );
  });
});

it('has the same words for the audit trail', () => {
  const said = (type: string, detail: Record<string, unknown>) => eventWords({ type, detail });
  expect(said('console-power', { action: 'off' })).toBe('switched the VM off by force');
  expect(said('console-media', { action: 'eject', force: true })).toBe('ejected the CD, by force');
});
