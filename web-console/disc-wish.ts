import type { Actor } from '../core/contracts/actor.ts';
import type { OtherDiscFacts } from '../core/contracts/facts.ts';
import { consoleIsOpen, type DiscWish, type InstallRecord } from '../core/contracts/install.ts';
import type { Change } from '../core/install-store.ts';
import { withAct } from './console-acts.ts';
import type { DiscFetch } from './machine-contract.ts';
import { isoTitle } from './page-state.ts';
import { uploadIn } from './upload/wish.ts';

/** What somebody typed: a name or an address, and the digest that it must have. */
export interface TypedIso {
  iso: string;
  sha256?: string | undefined;
}

/**
 * Another ISO is wanted on the server; the bot says whether it may be, a worker fetches it. It takes the place of the one
 * that was wanted before. Null once the console has closed.
 */
export function wishForDisc(record: InstallRecord, typed: TypedIso, wish: { by: Actor; at: number }): Change | null {
  if (!consoleIsOpen(record)) return null;
  const { iso, sha256 } = typed;
  const n = (record.discWish?.n ?? 0) + 1;
  const discWish = { n, typed: iso, ...(sha256 === undefined ? {} : { sha256 }), ...wish, verdict: 'asked' as const };
  const detail = sha256 === undefined ? {} : { sha256 };
  return withAct(
    { ...record, discWish },
    { type: 'console-media', what: 'fetch', disc: isoTitle({ url: iso }), detail, ...wish },
  );
}

/** Who asks how it goes, and how people are called. */
export interface Onlooker {
  user: string;
  names: Readonly<Record<string, string>>;
}

/** What became of the newest wish. @param done bytes that were told of */
export function discFetch(record: InstallRecord, done: number | null, onlooker: Onlooker): DiscFetch | null {
  const { discWish: wish, facts } = record;
  if (!wish) return null;
  const name = isoTitle({ url: wish.typed, ...(wish.iso?.name === undefined ? {} : { name: wish.iso.name }) });
  const still = { name, done: null, total: null, why: null, upload: uploadOf(wish, onlooker) };
  if (wish.verdict === 'asked') return { ...still, state: 'asked' };
  if (wish.verdict === 'refused') return { ...still, state: 'refused', why: wish.why ?? null };
  const fact = facts.otherDisc;
  if (fact?.n !== wish.n) return { ...still, state: 'waiting' };
  const { bytes: total, why } = fact;
  const state = stateOf(record, fact.state);
  return { ...still, state, total, done: fact.state === 'fetching' ? done : null, why: why === '' ? null : why };
}

function uploadOf(wish: DiscWish, { user, names }: Onlooker): DiscFetch['upload'] {
  if (!wish.upload) return null;
  const { id } = wish.by;
  return { n: wish.n, mine: id === user, by: Object.hasOwn(names, id) ? (names[id] ?? null) : null };
}

function stateOf(record: InstallRecord, state: OtherDiscFacts['state']): DiscFetch['state'] {
  const wish = uploadIn(record);
  if (state !== 'fetching' || !wish) return state;
  return wish.upload.sha256 === undefined ? 'uploading' : 'checking';
}
