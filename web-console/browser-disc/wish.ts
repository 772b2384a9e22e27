import type { Actor } from '../../core/contracts/actor.ts';
import type { BrowserDisc } from '../../core/contracts/browser-disc.ts';
import { consoleIsOpen, type InstallRecord } from '../../core/contracts/install.ts';
import type { Change } from '../../core/install-store.ts';
import { withAct } from '../console-acts.ts';
import type { BrowserDiscView } from './disc-contract.ts';
import type { ServedNow } from './leases.ts';

/** A file that somebody wants to serve from their page. */
export type ChosenFile = Pick<BrowserDisc, 'name' | 'bytes' | 'key'>;

/** That very file was chosen before by the same person, and may be served. */
export function isSame({ browserDisc: disc }: InstallRecord, file: ChosenFile, user: string): boolean {
  if (disc?.verdict !== 'accepted' || disc.over === true || disc.by.id !== user) return false;
  return disc.key === file.key && disc.bytes === file.bytes && disc.name === file.name;
}

/** It is wanted; the bot says whether it may be. Takes the place of the one before. Null once the console has closed. */
export function wishToServe(record: InstallRecord, file: ChosenFile, wish: { by: Actor; at: number }): Change | null {
  if (!consoleIsOpen(record)) return null;
  const n = (record.browserDisc?.n ?? 0) + 1;
  const browserDisc = { n, ...file, ...wish, verdict: 'asked' as const };
  const detail = { bytes: file.bytes };
  return withAct(
    { ...record, browserDisc },
    { type: 'console-media', what: 'serve', disc: file.name, detail, ...wish },
  );
}

/** Its person takes it back. Null where there is none. */
export function takeBack(record: InstallRecord, wish: { by: Actor; at: number }): Change | null {
  const { browserDisc: disc } = record;
  if (!disc || disc.over === true || disc.verdict === 'refused') return null;
  const over = { ...record, browserDisc: { ...disc, over: true } };
  return withAct(over, { type: 'console-media', what: 'stop-serving', disc: disc.name, ...wish });
}

/** What pages show of it. @param now what the process that serves it says; null where none does */
export function browserDiscView(
  { browserDisc: disc }: InstallRecord,
  seen: { user: string; names: Readonly<Record<string, string>>; now: ServedNow | null },
): BrowserDiscView | null {
  if (!disc || disc.over === true) return null;
  const { n, name, bytes, key, verdict, by } = disc;
  const now = seen.now?.n === n ? seen.now : null;
  const mine = by.id === seen.user;
  return {
    ...{ n, name, bytes, verdict, mine },
    // By it the file is known again, which is nobody's business but its own page's.
    key: mine ? key : '',
    by: Object.hasOwn(seen.names, by.id) ? (seen.names[by.id] ?? by.id) : by.id,
    why: disc.why ?? null,
    live: now?.live ?? false,
    read: now?.read ?? null,
  };
}
