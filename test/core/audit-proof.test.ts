import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findBreakInTexts, proveTrail, readEvent } from '../../core/audit-proof.ts';
import { systemClock } from '../../core/clock.ts';
import type { AuditNote } from '../../core/contracts/audit-event.ts';
import { storedText } from '../../core/stored-text.ts';
import { createMemoryInstallStore } from '../fakes/memory-install-store.ts';
import { alice, anInstall, bob } from '../support/an-install.ts';

const notes: AuditNote[] = [
  { type: 'requested', actor: alice, detail: { iso: 'https://m.example/d.iso?a=1&b=2', reason: null } },
  // Signs that JSON may write in more than one way.
  { type: 'refused', actor: bob, detail: { what: 'approve', reason: '\u001f\ufffd "ü" 😀 \ud83d', big: 1e21 } },
  { type: 'step-done', actor: { via: 'system', id: 'worker' }, detail: { step: 'reserve', nested: [{ b: 1, a: [] }] } },
];

async function aTrail() {
  const store = createMemoryInstallStore(systemClock);
  const [first, ...rest] = notes;
  if (!first) throw new Error('no notes');
  await store.create(anInstall(), first);
  for (const note of rest) await store.note('xe-7f3kq2', note);
  return { texts: await store.eventTexts('xe-7f3kq2'), head: (await store.load('xe-7f3kq2')).audit };
}

describe('a trail as it is stored', () => {
  test('is whole while nobody touches it', async () => {
    const { texts, head } = await aTrail();
    expect(findBreakInTexts(texts, head)).toBeNull();
  });

  test('is broken by any other byte at any place of any event', async () => {
    const { texts, head } = await aTrail();
    const whole = texts.map((text) => Buffer.from(text));
    const places = whole.flatMap((bytes, event) => Array.from(bytes.keys(), (at) => ({ event, at })));
    expect(places.length).toBeGreaterThan(700);
    const place = fc.constantFrom(...places);
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 255 }), ({ event, at }, flip) => {
        const bytes = Buffer.from(whole[event] ?? '');
        bytes.writeUInt8(bytes.readUInt8(at) ^ flip, at);
        const forged = texts.with(event, storedText(bytes));
        return findBreakInTexts(forged, head) !== null;
      }),
      { numRuns: 3_000 },
    );
  });

  test('is broken by a byte that a reader would take for the sign that stands there', async () => {
    const { texts, head } = await aTrail();
    const bytes = Buffer.from(texts[1] ?? '');
    const at = bytes.indexOf('\ufffd');
    bytes.writeUInt8(0xf3, at);
    expect(bytes.toString()).toBe(texts[1]);
    expect(findBreakInTexts(texts.with(1, storedText(bytes)), head)).toBe('event 2 is not as it was written');
  });

  test('is broken by another sequence or hash in the record', async () => {
    const { texts, head } = await aTrail();
    fc.assert(
      fc.property(fc.nat({ max: 63 }), fc.constantFrom(...'0123456789abcdefABCDEF'), (at, sign) => {
        const forged = head.head.slice(0, at) + sign + head.head.slice(at + 1);
        return forged === head.head || findBreakInTexts(texts, { ...head, head: forged }) !== null;
      }),
    );
    for (const seq of [0, 2, 4, 30]) expect(findBreakInTexts(texts, { ...head, seq })).toContain('the end is missing');
  });

  test.each([
    ['a space', (text: string) => text.replace(':', ': ')],
    ['an escape in capitals', (text: string) => text.replace('\\u001f', '\\u001F')],
    ['a number written otherwise', (text: string) => text.replace('1e+21', '1E+21')],
    ['a field that nobody asked for', (text: string) => text.replace('{', '{"extra":1,')],
    ['a field of the person that nobody asked for', (text: string) => text.replace('"via"', '"x":1,"via"')],
    ['a field that is there twice', (text: string) => text.replace('"type"', '"type":"x","type"')],
    ['nothing', () => ''],
  ])('is not taken for whole with %s in it', async (_what, forge) => {
    const { texts, head } = await aTrail();
    const forged = forge(texts[1] ?? '');
    expect(forged).not.toBe(texts[1]);
    expect(readEvent(forged)).toBeNull();
    expect(findBreakInTexts(texts.with(1, forged), head)).toBe('event 2 is not as it was written');
  });

  test('names what is wrong first: an event that is missing before one that cannot be read', async () => {
    const { texts, head } = await aTrail();
    expect(findBreakInTexts([texts[1] ?? '', 'x'], head)).toContain('event 1 is missing');
  });
});

test('a record that cannot be read proves nothing', async () => {
  const store = { load: async () => Promise.reject(new SyntaxError('no JSON')), eventTexts: async () => ['x'] };
  expect(await proveTrail(store, 'xe-7f3kq2')).toEqual({
    events: 1,
    fault: 'the record cannot be read, so nothing tells where its trail ends',
  });
});
