import { canonical, findBreak, genesis } from './audit-chain.ts';
import { AuditEvent } from './contracts/audit-event.ts';
import type { InstallRecord } from './contracts/install.ts';
import { XepaError } from './errors.ts';
import type { InstallStore } from './install-store.ts';

/** What the chain of an install proves: how many events it has and what is wrong with it, null when it is whole. */
export interface Verdict {
  events: number;
  fault: string | null;
}

/** An install writes on while we read; after so many tries a break is a break. */
const MAX_READS = 5;
const unreadable = 'the record cannot be read, so nothing tells where its trail ends';

/** A chain as it is stored, and where it must end; null when nothing tells that. */
interface Chain {
  head(): Promise<{ seq: number; head: string } | null>;
  texts(): Promise<string[]>;
}

/** Proves the trail of an install. @throws XepaError not-found */
export function proveTrail(store: Pick<InstallStore, 'load' | 'eventTexts'>, id: string): Promise<Verdict> {
  const head = async () => (await loadOrNull(store, id))?.audit ?? null;
  return proveChain({ head, texts: () => store.eventTexts(id) });
}

/** Reads head and events until they belong together, then proves the chain. */
export async function proveChain(chain: Chain): Promise<Verdict> {
  let head = await chain.head();
  for (let reads = 1; ; reads += 1) {
    const texts = await chain.texts();
    if (head === null) return { events: texts.length, fault: unreadable };
    const fault = findBreakInTexts(texts, head);
    if (fault === null || reads === MAX_READS) return { events: texts.length, fault };
    const newer = await chain.head();
    if (newer?.seq === head.seq) return { events: texts.length, fault };
    head = newer;
  }
}

/**
 * Proves a chain by the very texts that are stored: whatever stands there must be what was written, to the byte.
 * Returns null, or a sentence that names the first thing wrong.
 */
export function findBreakInTexts(texts: readonly string[], head: { seq: number; head: string }): string | null {
  const events: AuditEvent[] = [];
  for (const text of texts) {
    const event = readEvent(text);
    if (event === null)
      return findBreak(events, headOf(events)) ?? `event ${events.length + 1} is not as it was written`;
    events.push(event);
  }
  return findBreak(events, head);
}

/** An event as it is stored; null for what no store of ours has written: other spaces, another escape, a field too many. */
export function readEvent(text: string): AuditEvent | null {
  try {
    const raw: unknown = JSON.parse(text);
    const event = AuditEvent.safeParse(raw);
    if (!event.success || JSON.stringify(raw) !== text) return null;
    return canonical(event.data) === canonical(raw) ? event.data : null;
  } catch {
    return null;
  }
}

function headOf(events: readonly AuditEvent[]): { seq: number; head: string } {
  const last = events.at(-1);
  // Of an empty beginning nothing can be wrong yet.
  return last ? { seq: last.seq, head: last.hash } : { seq: 0, head: genesis };
}

/** Null when there is a record, but not one of ours. */
async function loadOrNull(store: Pick<InstallStore, 'load'>, id: string): Promise<InstallRecord | null> {
  try {
    return await store.load(id);
  } catch (error) {
    if (error instanceof XepaError) throw error;
    return null;
  }
}
