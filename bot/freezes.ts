import { z } from 'zod';
import type { Device } from '../core/contracts/device.ts';
import type { GeneralTrail } from '../core/general-trail.ts';
import { createKeptItems, type KeptChange } from './kept-items.ts';
import { seenFrom } from './other-workspaces.ts';
import type { Freeze } from './policy/types.ts';

const Frozen = z.object({
  /** The workspace in which it was made. */
  team: z.string(),
  /** In lower case; null: everything. */
  tag: z.string().nullable(),
  until: z.number(),
  reason: z.string(),
  by: z.string(),
});
type Frozen = z.infer<typeof Frozen>;

/**
 * Times in which nothing is installed. One whose end has come is gone by itself. Those of every workspace hold in all of
 * them, but each changes and ends its own only.
 */
export interface Freezes {
  /** Those that count now, as the policy asks for them; of everything first, and own ones before others of that tag. */
  inForce(now: number): Promise<readonly Freeze[]>;
  /** Begins it, or changes the own one that there is of that tag. */
  begin(freeze: Freeze & { until: number }): Promise<void>;
  /** Ends the own one early. Null when there is none. */
  end(tag: string | null, by: string, now: number): Promise<Freeze | null>;
}

export function createFreezes(trail: GeneralTrail, team: string): Freezes {
  const see = (freeze: Frozen) => seenFrom(team, freeze);
  const items = createKeptItems(trail, { shelf: 'freezes', schema: Frozen, see });
  // A tag is never empty: without one it is everything.
  const nameOf = (tag: string | null) => `${team}/${tag ?? ''}`;
  return {
    async inForce(now) {
      const all = [...(await items.all()).values()].filter((freeze) => freeze.until > now);
      const isOther = (freeze: Frozen) => Number(freeze.team !== team);
      return all.sort((a, b) => compare(a.tag ?? '', b.tag ?? '') || isOther(a) - isOther(b));
    },
    async begin({ by, ...made }) {
      const detail = { team, ...made };
      const note = { type: 'frozen', actor: { via: 'slack' as const, id: by }, detail };
      await items.change(nameOf(made.tag), () => ({ item: { ...detail, by }, note }));
    },
    async end(tag, by, now) {
      let ended: Freeze | null = null;
      await items.change(nameOf(tag), (current): KeptChange<Frozen> | null => {
        ended = current && current.until > now ? current : null;
        if (!ended) return null;
        return { item: null, note: { type: 'thawed', actor: { via: 'slack', id: by }, detail: { team, tag } } };
      });
      return ended;
    },
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The first freeze that holds for a device, or null. */
export function freezeOn(device: Pick<Device, 'tags'>, freezes: readonly Freeze[]): Freeze | null {
  const tags = new Set(device.tags.map((tag) => tag.toLowerCase()));
  return freezes.find(({ tag }) => tag === null || tags.has(tag.toLowerCase())) ?? null;
}
