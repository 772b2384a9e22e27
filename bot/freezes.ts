import { z } from 'zod';
import type { Device } from '../core/contracts/device.ts';
import type { GeneralTrail } from '../core/general-trail.ts';
import { createKeptItems, type KeptChange } from './kept-items.ts';
import type { Freeze } from './policy/types.ts';

const Frozen = z.object({
  /** In lower case; null: everything. */
  tag: z.string().nullable(),
  until: z.number(),
  reason: z.string(),
  by: z.string(),
});

/** Times in which nothing is installed. One whose end has come is gone by itself. */
export interface Freezes {
  /** Those that count now, as the policy asks for them; the one of everything first. */
  inForce(now: number): Promise<readonly Freeze[]>;
  /** Begins it, or changes the one there is of that tag. */
  begin(freeze: Freeze & { until: number }): Promise<void>;
  /** Ends it early. Null when there is none. */
  end(tag: string | null, by: string, now: number): Promise<Freeze | null>;
}

/** A tag is never empty. */
const everything = '';

export function createFreezes(trail: GeneralTrail): Freezes {
  const items = createKeptItems(trail, 'freezes', Frozen);
  return {
    async inForce(now) {
      const all = [...(await items.all()).values()].filter((freeze) => freeze.until > now);
      return all.sort((a, b) => ((a.tag ?? '') < (b.tag ?? '') ? -1 : 1));
    },
    async begin(freeze) {
      const { by, ...detail } = freeze;
      const note = { type: 'frozen', actor: { via: 'slack' as const, id: by }, detail };
      await items.change(freeze.tag ?? everything, () => ({ item: freeze, note }));
    },
    async end(tag, by, now) {
      let ended: Freeze | null = null;
      await items.change(tag ?? everything, (current): KeptChange<z.infer<typeof Frozen>> | null => {
        ended = current && current.until > now ? current : null;
        if (!ended) return null;
        return { item: null, note: { type: 'thawed', actor: { via: 'slack', id: by }, detail: { tag } } };
      });
      return ended;
    },
  };
}

/** The first freeze that holds for a device, or null. */
export function freezeOn(device: Pick<Device, 'tags'>, freezes: readonly Freeze[]): Freeze | null {
  const tags = new Set(device.tags.map((tag) => tag.toLowerCase()));
  return freezes.find(({ tag }) => tag === null || tags.has(tag.toLowerCase())) ?? null;
}
