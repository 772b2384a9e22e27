import type { AuditNote } from '../core/contracts/audit-event.ts';
import type { InstallRecord } from '../core/contracts/install.ts';
import type { Keyboard } from '../core/contracts/keyboard.ts';
import type { Change } from '../core/install-store.ts';
import type { People } from './attendance.ts';

/** So long without a key or a click, and whoever asks gets the keyboard at once. */
export const IDLE_MS = 60_000;
/** So long a holder who is not idle may refuse. */
export const REFUSE_MS = 10_000;
/** So long whoever was refused must wait. */
export const KEPT_MS = 60_000;

/** What somebody at the console wants of the keyboard; `sit` takes it where nobody has it, `settle` is time itself. */
export type KeyboardWish = { do: 'sit' | 'ask' | 'take'; user: string } | HolderWish | { do: 'settle' };

/** Why a wish changes nothing. */
export type KeyboardNo = 'nothing' | 'not-holder' | 'not-here' | 'kept' | 'claimed';

/** What is known beside the record. Times are milliseconds since 1970. */
export interface Seen {
  now: number;
  /** The lease of a term as it was found: null when it has ended, else when that person last touched anything. */
  lease: { term: string; touchedAt: number | null };
  /** Who has a screen open. */
  here: People;
  /** Names the next term; its lease exists already. */
  term: string;
}

type Verdict = { change: Change } | { no: KeyboardNo };

type HolderWish = { do: 'keep' | 'release'; user: string } | { do: 'give'; user: string; to: string };

/** Pure: what a wish makes of the record. What a lease says counts for its own term only; a newer term is good. */
export function judgeWish(record: InstallRecord, wish: KeyboardWish, seen: Seen): Verdict {
  if (wish.do === 'settle') return settle(record, seen);
  const keyboard = keyboardOf(record);
  const free = isFree(keyboard, seen);
  // Who comes in has no screen open yet.
  if (wish.do !== 'sit' && seen.here.get(wish.user) !== 'control') return { no: 'not-here' };
  const holds = !free && keyboard.holder?.user === wish.user;
  if (isHolderWish(wish)) return holds ? decided(record, wish, seen) : { no: 'not-holder' };
  if (free) return seat(record, { user: wish.user, how: 'free' }, seen);
  if (holds || wish.do === 'sit') return { no: 'nothing' };
  return wish.do === 'take' ? take(record, wish.user, seen) : ask(record, wish.user, seen);
}

function isHolderWish(wish: Exclude<KeyboardWish, { do: 'settle' }>): wish is HolderWish {
  return wish.do === 'give' || wish.do === 'keep' || wish.do === 'release';
}

/** What only the holder may do. */
function decided(record: InstallRecord, wish: HolderWish, seen: Seen): Verdict {
  if (wish.do === 'give') return give(record, wish, seen);
  if (wish.do === 'keep') return keep(record, wish.user, seen);
  return write(record, { asks: keyboardOf(record).asks }, noteOf('released', wish.user));
}

function keyboardOf(record: InstallRecord): Keyboard {
  return record.console?.keyboard ?? { asks: [] };
}

/** Nobody has it, or whoever has it is gone. */
export function isFree({ holder }: Keyboard, { lease }: Pick<Seen, 'lease'>): boolean {
  return holder === undefined || (lease.term === holder.term && lease.touchedAt === null);
}

/** The holder has touched nothing for a while. */
export function isIdle({ holder }: Keyboard, { lease, now }: Pick<Seen, 'lease' | 'now'>): boolean {
  if (!holder || lease.term !== holder.term || lease.touchedAt === null) return false;
  return now - lease.touchedAt >= IDLE_MS;
}

function take(record: InstallRecord, user: string, seen: Seen): Verdict {
  const keyboard = keyboardOf(record);
  if (isIdle(keyboard, seen)) return seat(record, { user, how: 'idle' }, seen);
  if (keyboard.claim) return { no: keyboard.claim.user === user ? 'nothing' : 'claimed' };
  if (keyboard.kept?.from === user && seen.now < keyboard.kept.until) return { no: 'kept' };
  const claim = { user, due: seen.now + REFUSE_MS };
  const detail = { from: keyboard.holder?.user, refusableMs: REFUSE_MS };
  return write(record, { ...keyboard, claim }, noteOf('claimed', user, detail));
}

function ask(record: InstallRecord, user: string, seen: Seen): Verdict {
  const keyboard = keyboardOf(record);
  if (keyboard.asks.includes(user)) return { no: 'nothing' };
  const asks = [...keyboard.asks.filter((one) => seen.here.has(one)), user];
  return write(record, { ...keyboard, asks }, noteOf('asked', user, { from: keyboard.holder?.user }));
}

/** Refuses whoever takes it, and whoever asked. */
function keep(record: InstallRecord, user: string, { now }: Seen): Verdict {
  const { claim, asks, ...keyboard } = keyboardOf(record);
  if (!claim && asks.length === 0) return { no: 'nothing' };
  const kept = claim ? { kept: { from: claim.user, until: now + KEPT_MS } } : {};
  const from = [...new Set([...(claim ? [claim.user] : []), ...asks])];
  return write(record, { ...keyboard, ...kept, asks: [] }, noteOf('kept', user, { from }));
}

function give(record: InstallRecord, wish: { user: string; to: string }, seen: Seen): Verdict {
  if (wish.to === wish.user) return { no: 'nothing' };
  if (seen.here.get(wish.to) !== 'control') return { no: 'not-here' };
  return seat(record, { user: wish.to, how: 'given' }, seen);
}

/** What time alone brings: the holder is gone, or has not refused. */
function settle(record: InstallRecord, seen: Seen): Verdict {
  const { claim, ...keyboard } = keyboardOf(record);
  const gone = keyboard.holder !== undefined && isFree(keyboard, seen);
  const due = claim !== undefined && (gone || seen.now >= claim.due);
  if (due && seen.here.get(claim.user) === 'control') {
    return seat(record, { user: claim.user, how: gone ? 'free' : 'unanswered' }, seen);
  }
  if (gone) return write(record, { asks: keyboard.asks }, noteOf('lost', keyboard.holder?.user ?? ''));
  return due ? write(record, keyboard, noteOf('claim-dropped', claim.user)) : { no: 'nothing' };
}

type How = 'free' | NonNullable<Keyboard['handed']>['how'];

/** Begins a new term. The trail names who acts: who gives it, else who takes it. */
function seat(record: InstallRecord, { user, how }: { user: string; how: How }, seen: Seen): Verdict {
  const { holder, asks, handed } = keyboardOf(record);
  const next: Keyboard = {
    holder: { user, term: seen.term, since: seen.now },
    asks: asks.filter((one) => one !== user && seen.here.has(one)),
  };
  if (how === 'free' || !holder) {
    return write(record, { ...next, ...(handed ? { handed } : {}) }, noteOf('taken', user, { how }));
  }
  const from = holder.user;
  const note = how === 'given' ? noteOf('given', from, { to: user }) : noteOf('taken', user, { how, from });
  return write(record, { ...next, handed: { from, to: user, how, at: seen.now } }, note);
}

function write(record: InstallRecord, keyboard: Keyboard, note: AuditNote): Verdict {
  return { change: { record: { ...record, console: { now: [], ...record.console, keyboard } }, note } };
}

function noteOf(what: string, user: string, detail: AuditNote['detail'] = {}): AuditNote {
  return { type: `keyboard-${what}`, actor: { via: 'console', id: user }, detail };
}
