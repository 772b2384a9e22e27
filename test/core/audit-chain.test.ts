import { describe, expect, it } from 'vitest';
import { canonical, findBreak, genesis, nextLink } from '../../core/audit-chain.ts';
import type { AuditEvent } from '../../core/contracts/audit-event.ts';

const actor = { via: 'slack', id: 'U01ALICE' } as const;

function chainOf(length: number): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (let seq = 1; seq <= length; seq += 1) {
    const place = { seq, at: 1_000 + seq, rev: seq, prev: events.at(-1)?.hash ?? genesis };
    events.push(nextLink({ type: `event-${seq}`, actor, detail: { seq, nested: { b: 1, a: [2, null] } } }, place));
  }
  return events;
}

const headOf = (events: readonly AuditEvent[]) => ({ seq: events.length, head: events.at(-1)?.hash ?? genesis });

describe('a chain', () => {
  it('is whole as it was written, also after a way through JSON with other key orders', () => {
    const events = chainOf(5);
    expect(findBreak(events, headOf(events))).toBeNull();
    const reversed = events.map((event) => Object.fromEntries(Object.entries(event).reverse()) as AuditEvent);
    expect(findBreak(JSON.parse(JSON.stringify(reversed)), headOf(events))).toBeNull();
  });

  it('is whole when nothing was written yet', () => {
    expect(findBreak([], { seq: 0, head: genesis })).toBeNull();
  });

  it('names the event of which anything was changed', () => {
    const changes: Partial<AuditEvent>[] = [
      { type: 'other' },
      { at: 1 },
      { rev: 9 },
      { actor: { via: 'slack', id: 'U02BOB' } },
      { detail: {} },
    ];
    for (const change of changes) {
      const events = chainOf(4);
      const tampered = events.map((event) => (event.seq === 2 ? { ...event, ...change } : event));
      expect(findBreak(tampered, headOf(events))).toBe('event 2 was changed after it was written');
    }
  });

  it('does not believe an event whose hash was made anew', () => {
    const events = chainOf(3);
    const [first, second, third] = events;
    if (!first || !second || !third) throw new Error('too short');
    const { hash: _hash, seq, at, rev, prev, ...note } = second;
    const forged = nextLink({ ...note, type: 'forged' }, { seq, at, rev, prev });
    expect(findBreak([first, forged, third], headOf(events))).toBe('event 3 does not follow the one before it');
  });

  it('notices what is missing: at the beginning, in the middle, at the end, and all of it', () => {
    const events = chainOf(4);
    const head = headOf(events);
    expect(findBreak(events.slice(1), head)).toContain('event 1 is missing');
    expect(findBreak(events.toSpliced(1, 1), head)).toContain('event 2 is missing');
    expect(findBreak(events.slice(0, 3), head)).toBe('the end is missing: 4 events were written');
    expect(findBreak([], head)).toBe('the end is missing: 4 events were written');
  });

  it('notices two events that changed places, and one that is there twice', () => {
    const events = chainOf(3);
    const [first, second, third] = events;
    if (!first || !second || !third) throw new Error('too short');
    expect(findBreak([first, third, second], headOf(events))).toContain('event 2 is missing');
    expect(findBreak([first, second, second], headOf(events))).toContain('event 3 is missing');
  });
});

describe('canonical', () => {
  it('gives the same content the same bytes, and keeps the order of lists', () => {
    expect(canonical({ b: { d: 1, c: [3, 1] }, a: null })).toBe('{"a":null,"b":{"c":[3,1],"d":1}}');
    expect(canonical({ a: null, b: { c: [3, 1], d: 1 } })).toBe(canonical({ b: { d: 1, c: [3, 1] }, a: null }));
  });
});
