import { describe, expect, test } from 'vitest';
import { verdictLine } from '../../bin/cli/audit.ts';
import { genesis, nextLink } from '../../core/audit-chain.ts';
import { proveTrail } from '../../core/audit-proof.ts';
import type { AuditEvent } from '../../core/contracts/audit-event.ts';
import type { InstallRecord } from '../../core/contracts/install.ts';
import type { InstallStore } from '../../core/install-store.ts';
import { anInstall } from '../support/an-install.ts';

type Read = { record: InstallRecord; events: AuditEvent[] };

/** A chain of so many events and the record that belongs to it. */
function whole(length: number): Read {
  const events: AuditEvent[] = [];
  for (let seq = 1; seq <= length; seq += 1) {
    const note = { type: `event-${seq}`, actor: { via: 'system' as const, id: 'test' }, detail: { seq } };
    events.push(nextLink(note, { seq, at: seq, rev: seq, prev: events.at(-1)?.hash ?? genesis }));
  }
  return { record: recordAt(length, events.at(-1)?.hash ?? genesis), events };
}

function recordAt(rev: number, head: string): InstallRecord {
  return anInstall({ id: 'xe-abc234', rev, audit: { seq: rev, head } });
}

/** Answers each read with the next of the given states, the last one for ever. */
function storeThatReads(records: InstallRecord[], events: AuditEvent[][]): Pick<InstallStore, 'load' | 'eventTexts'> {
  const next = <T>(list: T[]): T => {
    const [first] = list.length > 1 ? list.splice(0, 1) : list;
    if (first === undefined) throw new Error('nothing to read');
    return first;
  };
  const texts = () => next(events).map((event) => JSON.stringify(event));
  return { load: async () => next(records), eventTexts: async () => texts() };
}

describe('verifying an audit trail', () => {
  test('a chain that nobody touched is whole', async () => {
    const { record, events } = whole(3);
    const verdict = await proveTrail(storeThatReads([record], [events]), record.id);
    expect(verdict).toEqual({ events: 3, fault: null });
    expect(verdictLine(record.id, verdict)).toBe('xe-abc234: whole, 3 events');
  });

  test('a changed event is named', async () => {
    const { record, events } = whole(3);
    const forged = events.map((event) => (event.seq === 2 ? { ...event, type: 'nothing-happened' } : event));
    const verdict = await proveTrail(storeThatReads([record], [forged]), record.id);
    expect(verdictLine(record.id, verdict)).toBe('xe-abc234: BROKEN, event 2 was changed after it was written');
  });

  test('an end that was cut off is noticed', async () => {
    const { record, events } = whole(3);
    const verdict = await proveTrail(storeThatReads([record], [events.slice(0, 2)]), record.id);
    expect(verdict.fault).toContain('the end is missing');
  });

  test('an install that writes on while it is read is not called broken', async () => {
    const before = whole(2);
    const after = whole(3);
    const verdict = await proveTrail(storeThatReads([before.record, after.record], [after.events]), 'xe-abc234');
    expect(verdict).toEqual({ events: 3, fault: null });
  });
});
