import type { AuditNote } from '../core/contracts/audit-event.ts';
import { type Device, deviceKey } from '../core/contracts/device.ts';
import { badInput, notAllowed } from './bad-input.ts';
import { activeLock, type DeviceNote } from './device-notes.ts';
import type { KeptChange } from './kept-items.ts';
import { elsewhere, seenFrom } from './other-workspaces.ts';
import { code } from './text.ts';
import { lockText } from './views/lock.ts';

/** Who wants something of which device, and when. `by` is a Slack user id of `team`, the device is as its provider describes it. */
interface Wish {
  device: Device;
  team: string;
  by: string;
  now: number;
}

const MAX_TAGS = 20;

/** Locks, or changes one's own lock. @throws XepaError not-allowed while it is somebody else's */
export function lockDevice(
  note: DeviceNote,
  wish: Wish & { reason: string; until: number | null },
): KeptChange<DeviceNote> {
  refuseOthers(note, wish);
  const { team, by, now, reason, until } = wish;
  const lock = { team, by, reason, since: activeLock(note, now)?.since ?? now, until };
  return { item: { ...note, lock }, note: event('device-locked', wish, { reason, until }) };
}

/**
 * Takes the lock away; null when there is none.
 * @param wish `override`: whose lock the person may take away although it is not their own, and why
 * @throws XepaError not-allowed when it is somebody else's, unless the override is about just that one; always when it
 * was made in another workspace, where nobody here can ask
 */
export function unlockDevice(
  note: DeviceNote,
  wish: Wish & { override: { of: string; reason: string } | null },
): KeptChange<DeviceNote> | null {
  const lock = activeLock(note, wish.now);
  if (!lock) return null;
  if (lock.team !== wish.team || wish.override?.of !== lock.by) refuseOthers(note, wish);
  const why = lock.by === wish.by ? {} : { reason: wish.override?.reason };
  return { item: { ...note, lock: null }, note: event('device-unlocked', wish, { lockedBy: lock.by, ...why }) };
}

/**
 * Changes our tags and the owner (undefined: as it is, null: none); null when it is so already.
 * @param wish `ownerBefore`: whose it was, as this workspace may know it, when it was asked who may change that
 * @throws XepaError not-allowed under somebody else's lock and for a tag of the provider, bad-input
 */
export function tagDevice(
  note: DeviceNote,
  wish: Wish & {
    add: readonly string[];
    remove: readonly string[];
    owner: string | null | undefined;
    ownerBefore: string | null;
  },
): KeptChange<DeviceNote> | null {
  refuseOthers(note, wish);
  if (wish.owner !== undefined && ownerSeen(note, wish.team) !== wish.ownerBefore) {
    throw badInput(`${code(wish.device.name, 100)} has got another owner just now. Look at it, and type it again.`);
  }
  const theirs = wish.device.tags.map((tag) => tag.toLowerCase());
  for (const tag of wish.remove) refuseUnremovable(tag, { note, theirs, device: wish.device });
  const kept = note.tags.filter((tag) => !wish.remove.includes(tag));
  const added = wish.add.filter((tag) => !theirs.includes(tag) && !kept.includes(tag));
  const tags = [...kept, ...added];
  if (tags.length > MAX_TAGS) throw badInput(`A device can have ${MAX_TAGS} tags of XEPA's own, and no more.`);
  const owner = ownerAfter(note, wish);
  if (tags.length === note.tags.length && added.length === 0 && owner === note.owner) return null;
  const detail = { added, removed: [...wish.remove], ...(owner === note.owner ? {} : { owner: owner?.user ?? null }) };
  return { item: { ...note, tags, owner }, note: event('device-tagged', wish, detail) };
}

/** A Slack user id of this workspace, `elsewhere`, or null for nobody. */
function ownerSeen({ owner }: DeviceNote, team: string): string | null {
  if (owner === null) return null;
  return owner.team === team ? owner.user : elsewhere;
}

/** The very owner of before, where it is still the same person. */
function ownerAfter({ owner: before }: DeviceNote, wish: Wish & { owner: string | null | undefined }) {
  const { team, owner: user } = wish;
  if (user === undefined || (before === null && user === null)) return before;
  if (user === null) return null;
  return before?.team === team && before.user === user ? before : { team, user };
}

function refuseUnremovable(tag: string, at: { note: DeviceNote; theirs: readonly string[]; device: Device }): void {
  const { note, theirs, device } = at;
  const name = code(device.name, 100);
  if (theirs.includes(tag)) {
    throw notAllowed(
      `${name} has the tag ${code(tag)} from its provider (${code(device.provider, 60)}), so it can be removed only there. Nothing was changed.`,
    );
  }
  if (note.tags.includes(tag)) return;
  const has = [...theirs, ...note.tags].slice(0, 20).map((one) => code(one, 60));
  throw badInput(`${name} has no tag ${code(tag)}. It has ${has.length > 0 ? has.join(', ') : 'none'}.`);
}

/** A lock stops everybody but who made it. */
function refuseOthers(note: DeviceNote, wish: Wish): void {
  const lock = activeLock(note, wish.now);
  if (!lock || (lock.team === wish.team && lock.by === wish.by)) return;
  throw notAllowed(lockedText(wish.device, seenFrom(wish.team, lock), wish.now));
}

/** What somebody hears who may not go on because of a lock. */
export function lockedText(device: Device, lock: Parameters<typeof lockText>[0], now: number): string {
  const advice = lock.by === elsewhere ? 'Only people there can lift it.' : 'Ask them, or wait.';
  return `${code(device.name, 100)} is ${lockText(lock, now)}. ${advice}`;
}

function event(type: string, wish: Wish, detail: Record<string, unknown>): AuditNote {
  return {
    type,
    actor: { via: 'slack', id: wish.by },
    detail: { team: wish.team, device: deviceKey(wish.device), ...detail },
  };
}
