import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConsoleRight } from '../../core/contracts/console-right.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { Keyboard } from '../../core/contracts/keyboard.ts';
import {
  IDLE_MS,
  judgeWish,
  KEPT_MS,
  type KeyboardWish,
  REFUSE_MS,
  type Seen,
} from '../../web-console/keyboard-rules.ts';
import { anInstallAt } from '../support/an-install.ts';

const here = new Map<string, ConsoleRight>([
  ['alice', 'control'],
  ['bob', 'control'],
  ['carol', 'control'],
  ['dave', 'view'],
]);
const alice = { user: 'alice', term: 't1', since: 0 };

function withKeyboard(keyboard: Keyboard): InstallRecord {
  return anInstallAt('attend', { console: { now: [], keyboard } });
}

/** Alice typed a moment ago, and everybody is here. */
function seen(given: Partial<Seen> = {}): Seen {
  return { now: 100_000, lease: { term: 't1', touchedAt: 99_000 }, here, term: 't2', ...given };
}

/** What becomes of the keyboard and what the trail says, or why nothing happens. */
function outcome(keyboard: Keyboard, wish: KeyboardWish, given: Partial<Seen> = {}) {
  const verdict = judgeWish(withKeyboard(keyboard), wish, seen(given));
  if ('no' in verdict) return verdict.no;
  const { type, actor, detail } = verdict.change.note;
  return { keyboard: verdict.change.record.console?.keyboard, note: `${actor.id} ${type}`, detail };
}

const heldByAlice = { holder: alice, asks: [] };
const bobs = (more: Partial<Keyboard> = {}) => ({
  holder: { user: 'bob', term: 't2', since: 100_000 },
  asks: [],
  ...more,
});
const ended = { lease: { term: 't1', touchedAt: null } };
const idle = { lease: { term: 't1', touchedAt: 100_000 - IDLE_MS } };

describe('a free keyboard', () => {
  it.each(['sit', 'take', 'ask'] as const)('is had at once: %s', (wish) => {
    const had = { keyboard: bobs(), note: 'bob keyboard-taken', detail: { how: 'free' } };
    expect(outcome({ asks: [] }, { do: wish, user: 'bob' })).toEqual(had);
    // One whose holder is gone is free as well.
    expect(outcome(heldByAlice, { do: wish, user: 'bob' }, ended)).toEqual(had);
  });

  it('is for nobody who only watches, or is not here', () => {
    for (const user of ['dave', 'erin']) {
      for (const wish of ['take', 'ask'] as const) expect(outcome({ asks: [] }, { do: wish, user })).toBe('not-here');
    }
  });

  it('is not one whose lease ended in a term before', () => {
    const older = { lease: { term: 't0', touchedAt: null } };
    expect(outcome(heldByAlice, { do: 'sit', user: 'bob' }, older)).toBe('nothing');
    expect(outcome(heldByAlice, { do: 'settle' }, older)).toBe('nothing');
  });
});

describe('a keyboard that somebody has', () => {
  it('is not taken by coming in', () => {
    expect(outcome(heldByAlice, { do: 'sit', user: 'bob' })).toBe('nothing');
  });

  it('is asked for once, and by as many as like', () => {
    const asked = outcome(heldByAlice, { do: 'ask', user: 'bob' });
    expect(asked).toMatchObject({ keyboard: { holder: alice, asks: ['bob'] }, note: 'bob keyboard-asked' });
    expect(outcome({ ...heldByAlice, asks: ['bob'] }, { do: 'ask', user: 'bob' })).toBe('nothing');
    const both = outcome({ ...heldByAlice, asks: ['gone', 'bob'] }, { do: 'ask', user: 'carol' });
    expect(both).toMatchObject({ keyboard: { asks: ['bob', 'carol'] } });
  });

  it('is given to whom its holder likes, and to nobody who may not type', () => {
    const given = outcome({ ...heldByAlice, asks: ['bob', 'carol'] }, { do: 'give', user: 'alice', to: 'bob' });
    const handed = { from: 'alice', to: 'bob', how: 'given', at: 100_000 } as const;
    expect(given).toEqual({
      ...{ keyboard: bobs({ asks: ['carol'], handed }), note: 'alice keyboard-given', detail: { to: 'bob' } },
    });
    for (const to of ['dave', 'erin']) {
      expect(outcome(heldByAlice, { do: 'give', user: 'alice', to })).toBe('not-here');
    }
    expect(outcome(heldByAlice, { do: 'give', user: 'bob', to: 'carol' })).toBe('not-holder');
  });

  it('is let go by its holder only', () => {
    expect(outcome(heldByAlice, { do: 'release', user: 'bob' })).toBe('not-holder');
    const released = outcome(heldByAlice, { do: 'release', user: 'alice' });
    expect(released).toEqual({ keyboard: { asks: [] }, note: 'alice keyboard-released', detail: {} });
  });

  it('is lost by who is gone', () => {
    const lost = outcome(heldByAlice, { do: 'settle' }, ended);
    expect(lost).toEqual({ keyboard: { asks: [] }, note: 'alice keyboard-lost', detail: {} });
  });
});

describe('taking over', () => {
  const claim = { user: 'bob', due: 100_000 + REFUSE_MS };
  const claimed = { ...heldByAlice, claim };
  const due = { now: claim.due };

  it('is done at once where the holder is idle', () => {
    const handed = { from: 'alice', to: 'bob', how: 'idle', at: 100_000 } as const;
    const taken = outcome(heldByAlice, { do: 'take', user: 'bob' }, idle);
    expect(taken).toMatchObject({ keyboard: bobs({ handed }), note: 'bob keyboard-taken' });
  });

  it('else leaves ten seconds to refuse, and one person at a time', () => {
    const begun = outcome(heldByAlice, { do: 'take', user: 'bob' });
    expect(begun).toMatchObject({ keyboard: claimed, note: 'bob keyboard-claimed' });
    expect(outcome(claimed, { do: 'take', user: 'bob' })).toBe('nothing');
    expect(outcome(claimed, { do: 'take', user: 'carol' })).toBe('claimed');
    expect(outcome(claimed, { do: 'settle' }, { now: claim.due - 1 })).toBe('nothing');
  });

  it('is done when they have passed', () => {
    const handed = { from: 'alice', to: 'bob', how: 'unanswered', at: claim.due };
    const taken = outcome(claimed, { do: 'settle' }, due);
    const holder = { user: 'bob', term: 't2', since: claim.due };
    expect(taken).toMatchObject({ keyboard: { holder, asks: [], handed }, detail: { from: 'alice' } });
    expect(taken).not.toHaveProperty('keyboard.claim');
  });

  it('is done when the holder goes meanwhile', () => {
    expect(outcome(claimed, { do: 'settle' }, ended)).toMatchObject({ keyboard: bobs() });
  });

  it('comes to nothing when whoever takes it goes', () => {
    const alone = new Map(here);
    alone.delete('bob');
    const dropped = outcome(claimed, { do: 'settle' }, { ...due, here: alone });
    expect(dropped).toMatchObject({ keyboard: heldByAlice, note: 'bob keyboard-claim-dropped' });
    const lost = outcome(claimed, { do: 'settle' }, { ...ended, here: alone });
    expect(lost).toMatchObject({ keyboard: { asks: [] }, note: 'alice keyboard-lost' });
  });

  it('may be refused, and whoever was refused waits a minute', () => {
    const kept = { from: 'bob', until: 100_000 + KEPT_MS };
    const refused = outcome({ ...claimed, asks: ['carol'] }, { do: 'keep', user: 'alice' });
    expect(refused).toEqual({
      ...{ keyboard: { ...heldByAlice, kept }, note: 'alice keyboard-kept', detail: { from: ['bob', 'carol'] } },
    });
    expect(outcome({ ...heldByAlice, kept }, { do: 'take', user: 'bob' })).toBe('kept');
    expect(outcome({ ...heldByAlice, kept }, { do: 'take', user: 'carol' })).toMatchObject({
      note: 'carol keyboard-claimed',
    });
    const after = { now: kept.until, lease: { term: 't1', touchedAt: kept.until } };
    expect(outcome({ ...heldByAlice, kept }, { do: 'take', user: 'bob' }, after)).toMatchObject({
      note: 'bob keyboard-claimed',
    });
    expect(outcome(claimed, { do: 'keep', user: 'bob' })).toBe('not-holder');
    expect(outcome(heldByAlice, { do: 'keep', user: 'alice' })).toBe('nothing');
  });
});

describe('whatever people do', () => {
  const user = fc.constantFrom(...here.keys(), 'erin');
  const wish: fc.Arbitrary<KeyboardWish> = fc.oneof(
    fc.record({ do: fc.constantFrom('ask', 'take', 'keep', 'release'), user }),
    fc.record({ do: fc.constant('give'), user, to: user }),
    fc.record({ do: fc.constant('settle') }),
    fc.record({ do: fc.constant('sit'), user: fc.constantFrom('alice', 'bob', 'carol') }),
  );
  const turn = fc.record({ wish, passes: fc.integer({ min: 0, max: 20_000 }), ends: fc.boolean() });

  /** What no wish may ever bring about. */
  function check(before: Keyboard | undefined, after: Keyboard | undefined, term: string): void {
    const [had, has] = [before?.holder?.user, after?.holder?.user];
    if (has !== undefined) expect(here.get(has)).toBe('control');
    if (has !== undefined && has !== had) expect(after?.holder?.term).toBe(term);
    if (after?.claim) expect(after.claim.user).not.toBe(has);
    expect(after?.asks).not.toContain(has);
  }

  it('only somebody with control has the keyboard, each change begins a new term, and each is told', () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 30 }), (turns) => {
        let record = anInstallAt('attend');
        let now = 0;
        for (const [index, { wish: one, passes, ends }] of turns.entries()) {
          now += passes;
          const before = record.console?.keyboard;
          const lease = { term: before?.holder?.term ?? '', touchedAt: ends ? null : now - passes };
          const verdict = judgeWish(record, one, { now, lease, here, term: `t${index}` });
          if ('no' in verdict) continue;
          record = verdict.change.record;
          expect(verdict.change.note.type).toMatch(/^keyboard-/);
          check(before, record.console?.keyboard, `t${index}`);
        }
      }),
    );
  });
});
