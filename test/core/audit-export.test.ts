import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findBreak, genesis, nextLink } from '../../core/audit-chain.ts';
import { exportTrail, type TrailEvent } from '../../core/audit-export.ts';
import { AuditEvent } from '../../core/contracts/audit-event.ts';
import { alice, anInstall } from '../support/an-install.ts';

function anEvent(type: string, detail: Record<string, unknown> = {}, name = 'web-07'): TrailEvent {
  const event = nextLink({ type, actor: alice, detail }, { seq: 1, at: 1_000, rev: 1, prev: genesis });
  const install = anInstall();
  return { install: { ...install, device: { ...install.device, name } }, event };
}

/** Reads CSV as RFC 4180 has it, every field in quotes. */
function rowsOf(csv: string): string[][] {
  const rows: string[][] = [];
  for (const [, field = '', end = ''] of csv.matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g)) {
    if (rows.length === 0 || rows.at(-1)?.at(-1) === '\r\n') rows.push([]);
    rows.at(-1)?.pop();
    rows.at(-1)?.push(field.replaceAll('""', '"'), end);
  }
  return rows.map((row) => row.slice(0, -1));
}

describe('as CSV', () => {
  test('has a heading and a line for each event', () => {
    const rows = rowsOf(exportTrail([anEvent('requested', { reason: 'a "new", disk\nfor web' })], 'csv'));
    expect(rows[0]?.slice(0, 6)).toEqual(['time', 'install', 'device', 'seq', 'type', 'via']);
    expect(rows[1]?.slice(0, 8)).toEqual([
      '1970-01-01T00:00:01.000Z',
      'xe-7f3kq2',
      'web-07',
      '1',
      'requested',
      'slack',
      'U01ALICE',
      '{"reason":"a \\"new\\", disk\\nfor web"}',
    ]);
  });

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('takes %j its power as a formula', (name) => {
    expect(rowsOf(exportTrail([anEvent('requested', {}, name)], 'csv'))[1]?.[2]).toBe(`'${name}`);
  });

  test('gives back every text, and no field begins as a formula', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (name, type) => {
        const [, row = []] = rowsOf(exportTrail([anEvent(type, { name }, name)], 'csv'));
        const safe = row.every((field) => !/^[=+\-@\t\r\n]/.test(field));
        return row.length === 11 && safe && [name, `'${name}`].includes(row[2] ?? '');
      }),
    );
  });
});

test('as JSON lines it can be proven by whoever has the file', () => {
  const [line = '', rest] = exportTrail([anEvent('requested', { reason: 'x' })], 'jsonl').split('\n');
  expect(rest).toBe('');
  const { install, event } = JSON.parse(line);
  expect(install).toBe('xe-7f3kq2');
  const proven = AuditEvent.parse(event);
  expect(findBreak([proven], { seq: 1, head: proven.hash })).toBeNull();
});
