import { describe, expect, it } from 'vitest';
import type { Custody } from '../../../web-console/custody-contract.ts';
import {
  changeNote,
  heldNote,
  holdShort,
  holdWords,
  initials,
  type Me,
  noteFor,
  partWords,
} from '../../../web-console/public/custody-words.ts';

const custody = (given: Partial<Custody> = {}): Custody => ({
  people: [
    { user: 'U1', name: 'Alice', right: 'control', forMs: 0 },
    { user: 'U2', name: 'Bob', right: 'control', forMs: 0 },
    { user: 'U3', name: null, right: 'view', forMs: 0 },
  ],
  ...{ holder: 'U1', idle: false, asks: [], claim: null },
  ...given,
});
const alice: Me = { user: 'U1', right: 'control' };
const bob: Me = { user: 'U2', right: 'control' };
const carol: Me = { user: 'U3', right: 'view' };
const labels = (note: ReturnType<typeof noteFor>) => note?.actions.map(({ label }) => label);

describe('words about the keyboard', () => {
  it('say whose it is, seen by whoever looks', () => {
    expect(holdWords(custody(), alice)).toBe('You have the keyboard');
    expect(holdWords(custody(), bob)).toBe('Alice has the keyboard');
    expect(holdWords(custody({ holder: null }), bob)).toBe('The keyboard is free');
    expect(holdWords(custody({ holder: null }), carol)).toBe('Nobody has the keyboard');
    // A second tab of the holder that only watches.
    expect(holdWords(custody(), { ...alice, right: 'view' })).toBe('Alice has the keyboard');
  });

  it('say it in a word where there is little room', () => {
    expect(holdShort(custody(), alice)).toBe('You');
    expect(holdShort(custody(), bob)).toBe('Alice');
    expect(holdShort(custody({ holder: null }), bob)).toBe('Free');
    expect(holdShort(custody({ holder: 'U3' }), bob)).toBe('U3');
  });

  it('say what each does', () => {
    const now = custody({ asks: ['U2'], idle: true });
    expect(now.people.map((person) => partWords(person, now))).toEqual([
      'Has the keyboard, idle',
      'Asks for the keyboard',
      'Watches',
    ]);
    const claimed = custody({ claim: { user: 'U2', inMs: 5 } });
    expect(claimed.people.map((person) => partWords(person, claimed))[1]).toBe('Is taking the keyboard');
  });

  it('ask the holder, and nobody else, for an answer', () => {
    expect(labels(noteFor(custody({ asks: ['U2'] }), alice))).toEqual(['Hand over', 'Not now']);
    const claim = { user: 'U2', inMs: 9_000 };
    expect(labels(noteFor(custody({ claim, asks: ['U2'] }), alice))).toEqual(['Keep it', 'Hand over']);
    expect(noteFor(custody({ claim }), bob)).toMatchObject({ inMs: 9_000, actions: [] });
    expect(noteFor(custody({ claim, asks: ['U2'] }), carol)).toBeNull();
    expect(noteFor(custody(), alice)).toBeNull();
  });

  it('tell who types in vain what to do, and promise nothing to who only watches', () => {
    expect(labels(heldNote(custody(), bob))).toEqual(['Ask for it', 'Take over']);
    expect(labels(heldNote(custody({ asks: ['U2'] }), bob))).toEqual(['Take over']);
    expect(labels(heldNote(custody(), carol))).toEqual([]);
  });

  it.each<[string, Custody | null, Custody, Me, string | undefined]>([
    ['nothing to who comes in', null, custody(), bob, undefined],
    ['nothing where nothing changed', custody(), custody(), bob, undefined],
    ['who gets it', custody(), custody({ holder: 'U2' }), bob, 'You have the keyboard now.'],
    ['who loses it', custody(), custody({ holder: 'U2' }), alice, 'Bob has the keyboard now.'],
    [
      'who could take it',
      custody(),
      custody({ holder: null }),
      bob,
      'The keyboard is free: a key or a click takes it.',
    ],
    ['who watches', custody(), custody({ holder: null }), carol, 'The keyboard is free.'],
    ['nothing to who let it go', custody(), custody({ holder: null }), alice, undefined],
    ['who was refused', custody({ asks: ['U2'] }), custody(), bob, 'Alice keeps the keyboard for now.'],
    ['nothing to who did not ask', custody({ asks: ['U2'] }), custody(), carol, undefined],
  ])('tell of a change: %s', (_whom, before, after, me, text) => {
    expect(changeNote(before, after, me)?.text).toBe(text);
  });

  it.each([
    ['Alice Adler', 'AA'],
    ['carol', 'C'],
    ['jean-luc.picard', 'JP'],
    ['U01ALICE', 'U'],
    ['🦊 fox', '🦊F'],
    ['', ''],
  ])('stand for %s as %s', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });
});
