import type { TrailEvent } from '../core/audit-export.ts';
import { proveChain, proveTrail, readEvent, type Verdict } from '../core/audit-proof.ts';
import { deviceKey } from '../core/contracts/device.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import { openInstalls } from '../core/open-installs.ts';
import type { BotDeps } from './deps.ts';
import { findInstall } from './find-install.ts';

/** So many of the newest installs are searched; the command line has no such limit. */
const NEWEST = 500;
/** Installs whose events are read at the same time. */
const AT_ONCE = 16;

/** The installs that are meant: one by its id, all of a device, or all that are new or open. */
export async function installsMeant(
  deps: Pick<BotDeps, 'store'>,
  target: string | undefined,
): Promise<readonly InstallRecord[]> {
  if (target !== undefined) {
    const named = await findInstall(deps, target);
    if (named.id === target.toLowerCase()) return [named];
    const device = deviceKey(named.device);
    return (await deps.store.listRecent(NEWEST)).filter((record) => deviceKey(record.device) === device);
  }
  const [recent, open] = await Promise.all([deps.store.listRecent(NEWEST), openInstalls(deps.store)]);
  return [...new Map([...recent, ...open.records].map((record) => [record.id, record])).values()];
}

/** The same by their ids alone: a record that was spoilt cannot be read, and its trail is to be proven all the same. */
export async function idsMeant(deps: Pick<BotDeps, 'store'>, target: string | undefined): Promise<readonly string[]> {
  if (target === undefined) return deps.store.recentIds(NEWEST);
  const id = target.toLowerCase();
  return /^xe-[a-z0-9]+$/.test(id) ? [id] : (await installsMeant(deps, target)).map((install) => install.id);
}

/**
 * Events of these installs from a time on, the oldest first; with those that concern no install where `general` is
 * given. `unreadable`: so many entries are no events of ours.
 */
export async function eventsSince(
  deps: { store: BotDeps['store']; general: Pick<BotDeps['trail'], 'texts'> | null },
  installs: readonly InstallRecord[],
  since: number,
): Promise<{ events: TrailEvent[]; unreadable: number }> {
  const events: TrailEvent[] = [];
  let unreadable = 0;
  const take = (install: TrailEvent['install'], texts: readonly string[]) => {
    for (const text of texts) {
      const event = readEvent(text);
      if (event === null) unreadable += 1;
      else if (event.at >= since) events.push({ install, event });
    }
  };
  // The last event of an install is as old as its last change.
  const recent = installs.filter((install) => install.updatedAt >= since);
  await inTurns(recent, async (install) => {
    take(install, await deps.store.eventTexts(install.id));
  });
  take(null, (await deps.general?.texts()) ?? []);
  return { events: events.sort((a, b) => a.event.at - b.event.at || a.event.seq - b.event.seq), unreadable };
}

/** What the proof of several trails said. */
export interface Proof {
  trails: number;
  events: number;
  /** Broken ones in the order of the installs, each with the first thing that is wrong; null: the general trail. */
  broken: readonly { id: string | null; fault: string }[];
}

/** @param general the trail of what concerns no install, where it is to be proven too @throws XepaError not-found */
export async function proveAll(
  store: BotDeps['store'],
  ids: readonly string[],
  general: Pick<BotDeps['trail'], 'head' | 'texts'> | null,
): Promise<Proof> {
  const verdicts = new Map<string | null, Verdict>();
  await inTurns(ids, async (id) => void verdicts.set(id, await proveTrail(store, id)));
  if (general) verdicts.set(null, await proveChain(general));
  const broken = [...ids, null].flatMap((id) => {
    const fault = verdicts.get(id)?.fault ?? null;
    return fault === null ? [] : [{ id, fault }];
  });
  const events = [...verdicts.values()].reduce((sum, verdict) => sum + verdict.events, 0);
  return { trails: verdicts.size, events, broken };
}

/** A few at a time: Redis serves others in between. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    await Promise.all(items.slice(from, from + AT_ONCE).map(work));
  }
}
