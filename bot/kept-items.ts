import type { z } from 'zod';
import type { AuditNote } from '../core/contracts/audit-event.ts';
import type { GeneralTrail } from '../core/general-trail.ts';

/** The new item, null to take it away, and what the trail says about it. */
export interface KeptChange<T> {
  item: T | null;
  note: AuditNote;
}

/** Items of one kind by name, as one workspace may see them; each change and its event in the general trail are one. */
export interface KeptItems<T> {
  find(name: string): Promise<T | null>;
  all(): Promise<ReadonlyMap<string, T>>;
  /**
   * @param decide pure, may run more than once, gets the item as it is kept; null leaves it alone, a throw too
   * @returns the item as it now is, and whether this call changed it
   */
  change(
    name: string,
    decide: (current: T | null) => KeptChange<T> | null,
  ): Promise<{ item: T | null; changed: boolean }>;
}

/** @param kind `shelf`: part of the key in Redis, each kind has its own; `see`: what may be seen of an item */
export function createKeptItems<T>(
  trail: GeneralTrail,
  kind: { shelf: string; schema: z.ZodType<T>; see(item: T): T },
): KeptItems<T> {
  const { shelf, schema, see } = kind;
  const seen = (item: T | null) => item && see(item);
  const parse = (json: string | null): T | null => (json === null ? null : schema.parse(JSON.parse(json)));
  return {
    find: async (name) => seen(parse(await trail.find({ shelf, item: name }))),
    async all() {
      const items = await trail.items(shelf);
      return new Map([...items].map(([name, json]) => [name, see(schema.parse(JSON.parse(json)))]));
    },
    async change(name, decide) {
      const now = await trail.change({ shelf, item: name }, (json) => {
        const next = decide(parse(json));
        return next && { json: next.item === null ? null : JSON.stringify(next.item), note: next.note };
      });
      return { item: seen(parse(now.json)), changed: now.changed };
    },
  };
}
