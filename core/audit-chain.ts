import { createHash } from 'node:crypto';
import type { AuditEvent, AuditNote } from './contracts/audit-event.ts';

/** The hash before the first event. */
export const genesis = '0'.repeat(64);

/** Makes the next link: its hash covers everything in it and, by `prev`, everything before it. */
export function nextLink(note: AuditNote, place: { seq: number; at: number; rev: number; prev: string }): AuditEvent {
  const body = { ...place, ...note };
  return { ...body, hash: hashOf(body) };
}

/**
 * Proves a chain whole against the head that the record keeps.
 * Returns null, or a sentence that names the first thing wrong.
 */
export function findBreak(events: readonly AuditEvent[], head: { seq: number; head: string }): string | null {
  let prev = genesis;
  for (const [index, event] of events.entries()) {
    const { hash, ...body } = event;
    if (event.seq !== index + 1) return `event ${index + 1} is missing: number ${event.seq} stands in its place`;
    if (event.prev !== prev) return `event ${event.seq} does not follow the one before it`;
    if (hashOf(body) !== hash) return `event ${event.seq} was changed after it was written`;
    prev = hash;
  }
  if (events.length !== head.seq || prev !== head.head) return `the end is missing: ${head.seq} events were written`;
  return null;
}

function hashOf(body: Omit<AuditEvent, 'hash'>): string {
  return createHash('sha256').update(canonical(body)).digest('hex');
}

/** JSON with sorted keys, so that the same content always has the same bytes. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isPlainObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function isPlainObject(part: unknown): part is Record<string, unknown> {
  return typeof part === 'object' && part !== null && !Array.isArray(part);
}
