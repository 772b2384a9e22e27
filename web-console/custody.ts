import type { InstallRecord } from '../core/contracts/install.ts';
import type { Custody } from './custody-contract.ts';
import { isFree, isIdle, type Seen } from './keyboard-rules.ts';

/** What the pages are told of a record: whoever types comes first, then who may, then who watches. */
export function custodyOf(
  record: InstallRecord,
  names: Readonly<Record<string, string>>,
  seen: Pick<Seen, 'lease' | 'now'>,
): Custody {
  const { now: here = [], keyboard = { asks: [] } } = record.console ?? {};
  const holder = isFree(keyboard, seen) ? null : (keyboard.holder?.user ?? null);
  const people = here
    .map(({ user, right, since }) => ({ user, name: nameOf(names, user), right, forMs: Math.max(0, seen.now - since) }))
    .toSorted((a, b) => rank(a.user, a.right, holder) - rank(b.user, b.right, holder));
  const present = new Set(here.map((one) => one.user));
  const { claim } = keyboard;
  return {
    people,
    holder,
    idle: isIdle(keyboard, seen),
    asks: keyboard.asks.filter((user) => present.has(user)),
    claim: claim && holder !== null ? { user: claim.user, inMs: Math.max(0, claim.due - seen.now) } : null,
  };
}

/** The same news apart from the time that passed. */
export function sameCustody(a: Custody | null, b: Custody): boolean {
  return a !== null && gist(a) === gist(b);
}

function gist({ people, claim, ...rest }: Custody): string {
  return JSON.stringify([people.map(({ forMs: _forMs, ...one }) => one), claim?.user ?? null, rest]);
}

function nameOf(names: Readonly<Record<string, string>>, user: string): string | null {
  return Object.hasOwn(names, user) ? (names[user] ?? null) : null;
}

function rank(user: string, right: string, holder: string | null): number {
  if (user === holder) return 0;
  return right === 'control' ? 1 : 2;
}
