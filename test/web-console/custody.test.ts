import { describe, expect, it } from 'vitest';
import type { ConsoleUse } from '../../core/contracts/console-use.ts';
import { custodyOf, sameCustody } from '../../web-console/custody.ts';
import { anInstallAt } from '../support/an-install.ts';

const now: ConsoleUse['now'] = [
  { user: 'U03CAROL', right: 'view', since: 0 },
  { user: 'U02BOB', right: 'control', since: 1_000 },
  { user: 'U01ALICE', right: 'control', since: 2_000 },
];
const holder = { user: 'U01ALICE', term: 't1', since: 2_000 };
const names = { U01ALICE: 'Alice', U02BOB: 'Bob' };
const seen = { now: 10_000, lease: { term: 't1', touchedAt: 9_000 } };
const custody = (keyboard: ConsoleUse['keyboard'], given = seen) =>
  custodyOf(anInstallAt('attend', { console: { now, ...(keyboard ? { keyboard } : {}) } }), names, given);

describe('what pages are told', () => {
  it('is who is there, by name where it is known: who types first, who watches last', () => {
    const { people, holder: who } = custody({ holder, asks: [] });
    expect(people.map(({ user, name, forMs }) => [user, name, forMs])).toEqual([
      ['U01ALICE', 'Alice', 8_000],
      ['U02BOB', 'Bob', 9_000],
      ['U03CAROL', null, 10_000],
    ]);
    expect(who).toBe('U01ALICE');
  });

  it('is no holder who is gone, and no wish of somebody who is not there', () => {
    const asks = ['U02BOB', 'U09GONE'];
    expect(custody({ holder, asks })).toMatchObject({ holder: 'U01ALICE', asks: ['U02BOB'], idle: false });
    const ended = { now: 10_000, lease: { term: 't1', touchedAt: null } };
    const claim = { user: 'U02BOB', due: 12_000 };
    const gone = custodyOf(anInstallAt('attend', { console: { now, keyboard: { holder, asks, claim } } }), {}, ended);
    expect(gone).toMatchObject({ holder: null, claim: null });
    expect(custody(undefined)).toMatchObject({ holder: null, asks: [], claim: null });
  });

  it('is that the holder is idle, and how long one has to refuse', () => {
    const claim = { user: 'U02BOB', due: 75_000 };
    const late = { now: 70_000, lease: { term: 't1', touchedAt: 9_000 } };
    expect(custody({ holder, asks: [], claim }, late)).toMatchObject({
      idle: true,
      claim: { user: 'U02BOB', inMs: 5_000 },
    });
  });

  it('is no news because time passed', () => {
    const later = { now: 11_000, lease: seen.lease };
    expect(sameCustody(custody({ holder, asks: [] }), custody({ holder, asks: [] }, later))).toBe(true);
    expect(sameCustody(custody({ holder, asks: [] }), custody({ holder, asks: ['U02BOB'] }))).toBe(false);
    expect(sameCustody(null, custody(undefined))).toBe(false);
  });
});
