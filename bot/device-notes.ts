import { z } from 'zod';
import { deviceKey, type Inventory } from '../core/contracts/device.ts';
import type { GeneralTrail } from '../core/general-trail.ts';
import type { InventoryStore } from '../core/inventory-store.ts';
import { createKeptItems, type KeptChange } from './kept-items.ts';
import { elsewhere, seenFrom } from './other-workspaces.ts';
import type { Situation } from './policy/types.ts';

/** Somebody wants to be left alone on a device. `by` is a Slack user id of `team`; times are milliseconds since 1970. */
const DeviceLock = z.object({
  team: z.string(),
  by: z.string(),
  reason: z.string(),
  since: z.number(),
  until: z.number().nullable(),
});
export type DeviceLock = z.infer<typeof DeviceLock>;

/** What XEPA keeps of a device beside what its provider says. */
const DeviceNote = z.object({
  /** In lower case; the provider's own are not among them. */
  tags: z.array(z.string()),
  owner: z.object({ team: z.string(), user: z.string() }).nullable(),
  lock: DeviceLock.nullable(),
});
export type DeviceNote = z.infer<typeof DeviceNote>;

/** The note of a device of which nothing was noted. */
export const noNote: DeviceNote = { tags: [], owner: null, lock: null };

/** Notes by `deviceKey`, as one workspace may see them. */
export interface DeviceNotes {
  of(key: string): Promise<DeviceNote>;
  all(): Promise<ReadonlyMap<string, DeviceNote>>;
  /** The lock that counts now, as the policy asks for it. */
  lockOf(key: string, now: number): Promise<Situation['lock']>;
  /**
   * Changes the note together with its event in the trail.
   * @param decide pure, gets the note as it is kept; null leaves it alone, a throw too
   */
  change(
    key: string,
    decide: (note: DeviceNote) => KeptChange<DeviceNote> | null,
  ): Promise<{ note: DeviceNote; changed: boolean }>;
}

export function createDeviceNotes(trail: GeneralTrail, team: string): DeviceNotes {
  const see = (note: DeviceNote) => noteSeenFrom(team, note);
  const items = createKeptItems(trail, { shelf: 'devices', schema: DeviceNote, see });
  const of = async (key: string) => (await items.find(key)) ?? noNote;
  return {
    of,
    all: items.all,
    lockOf: async (key, now) => activeLock(await of(key), now),
    async change(key, decide) {
      const { item, changed } = await items.change(key, (current) => {
        const next = decide(current ?? noNote);
        return next?.item && isEmpty(next.item) ? { ...next, item: null } : next;
      });
      return { note: item ?? noNote, changed };
    },
  };
}

/** The lock that counts at that time: one whose end has come is gone by itself. */
export function activeLock(note: DeviceNote, now: number): DeviceLock | null {
  const { lock } = note;
  return lock && (lock.until === null || lock.until > now) ? lock : null;
}

/** Every device with the provider's tags and ours; upper and lower case do not matter. */
export function withNotes(inventory: Inventory, notes: ReadonlyMap<string, DeviceNote>): Inventory {
  const devices = inventory.devices.map((device) => {
    const ours = notes.get(deviceKey(device))?.tags ?? [];
    const theirs = new Set(device.tags.map((tag) => tag.toLowerCase()));
    return { ...device, tags: [...device.tags, ...ours.filter((tag) => !theirs.has(tag))] };
  });
  return { ...inventory, devices };
}

/** The list of devices as everything in the bot reads it. */
export function notedInventory(
  provided: Pick<InventoryStore, 'read'>,
  notes: Pick<DeviceNotes, 'all'>,
): Pick<InventoryStore, 'read'> {
  return {
    async read() {
      const inventory = await provided.read();
      return inventory && withNotes(inventory, await notes.all());
    },
  };
}

/** Tags are of the device, and told to all. */
function noteSeenFrom(team: string, { tags, owner, lock }: DeviceNote): DeviceNote {
  const isOurs = owner === null || owner.team === team;
  return { tags, owner: isOurs ? owner : { ...owner, user: elsewhere }, lock: lock && seenFrom(team, lock) };
}

function isEmpty(note: DeviceNote): boolean {
  return note.tags.length === 0 && note.owner === null && note.lock === null;
}
