import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { ConsoleSession, succession } from './console-session.ts';

/** What a browser holds after a ticket was redeemed. */
export interface Opened {
  secret: string;
  session: ConsoleSession;
}

/** Console sessions in Redis. A browser has one secret, under which it may hold sessions of several installs. */
export interface SessionStore {
  /**
   * Gives the browser a session, under its secret or, where that is not known or the right rises, under a new one, to
   * which it takes its other sessions along: a secret never gains control of an install. Answers with what the browser
   * holds now, which is the session of before where that stays.
   */
  open(session: ConsoleSession, secret: string | null): Promise<Opened>;
  /** The browser's session for the install; `other` when it only has sessions for other installs. */
  find(secret: string | null, installId: string): Promise<ConsoleSession | 'none' | 'other'>;
  /** Remembers for a minute which session a ticket let a browser into, so that a double click is no refusal. */
  rememberEntry(ticket: string, entry: { secret: string; installId: string }): Promise<void>;
  /** The install that this ticket opened a moment ago for this very browser, by whatever secret it has now. */
  recentEntry(ticket: string, secret: string | null): Promise<string | null>;
  /** Takes everything from the browser; answers with the sessions it held. */
  forget(secret: string | null): Promise<ConsoleSession[]>;
  /** The browser's sessions, newest first. */
  list(secret: string | null): Promise<ConsoleSession[]>;
}

const DOUBLE_CLICK_SECONDS = 60;
const SECRET_BYTES = 32;
/** Requests that are on their way with the secret of before still find what it had; it gains nothing any more. */
const OLD_SECRET_MS = 10_000;
/** A browser's sessions by install, as JSON. */
type Sessions = Readonly<Record<string, string>>;
/** `session` is a hash: a session is copied as it is from secret to secret, so it tells a browser from all others. */
const Entry = z.object({ session: z.string(), installId: z.string() });
const Swapped = z.enum(['done', 'changed', 'leaving']);

/**
 * Puts a session where the browser still holds what was read, unless its secret has only its last seconds left: that
 * would live on. All sessions have the same length, so the newest is the last to end. KEYS: browser. ARGV: install,
 * session as read or '', new session, its end (ms), length of the last seconds (ms).
 */
const swapScript = `
if redis.call('PTTL', KEYS[1]) <= tonumber(ARGV[5]) then return 'leaving' end
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 'changed' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('PEXPIREAT', KEYS[1], ARGV[4])
return 'done'`;

/** Begins a secret's last seconds, once. KEYS: browser. ARGV: their length (ms). */
const retireScript = `
if redis.call('PTTL', KEYS[1]) > tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end`;

export function createSessionStore(redis: Redis): SessionStore {
  const swap = async (secret: string, session: ConsoleSession, read: string) => {
    const { installId, endsAt } = session;
    const argv = [installId, read, JSON.stringify(session), String(endsAt), String(OLD_SECRET_MS)];
    return Swapped.parse(await redis.eval(swapScript, 1, sessionsKey(secret), ...argv));
  };

  /** Nothing is added to a secret that leaves, so what is read then is all that there will ever be. */
  const retire = async (secret: string): Promise<Sessions> => {
    await redis.eval(retireScript, 1, sessionsKey(secret), String(OLD_SECRET_MS));
    return redis.hgetall(sessionsKey(secret));
  };

  async function open(session: ConsoleSession, secret: string | null): Promise<Opened> {
    const all = secret === null ? {} : await redis.hgetall(sessionsKey(secret));
    return secret === null || Object.keys(all).length === 0 ? openAnew(session, {}) : succeed(session, { secret, all });
  }

  async function succeed(session: ConsoleSession, browser: { secret: string; all: Sessions }): Promise<Opened> {
    const { secret, all } = browser;
    const json = all[session.installId] ?? '';
    const held = parse(json);
    const fate = succession(held, session);
    if (fate === 'stays') return { secret, session: held ?? session };
    if (fate === 'rises') return openAnew(session, await retire(secret));
    const swapped = await swap(secret, session, json);
    if (swapped === 'leaving') return openAnew(session, await retire(secret));
    // Two links at the same moment in one browser: look again at what it holds now.
    return swapped === 'done' ? { secret, session } : open(session, secret);
  }

  /** @param others sessions that the browser takes along */
  async function openAnew(session: ConsoleSession, others: Sessions): Promise<Opened> {
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const sessions = { ...others, [session.installId]: JSON.stringify(session) };
    await redis.multi().hset(sessionsKey(secret), sessions).pexpireat(sessionsKey(secret), session.endsAt).exec();
    return { secret, session };
  }

  async function list(secret: string | null): Promise<ConsoleSession[]> {
    const all = secret === null ? {} : await redis.hgetall(sessionsKey(secret));
    const sessions = Object.values(all).flatMap((json) => parse(json) ?? []);
    return sessions.sort((a, b) => b.openedAt - a.openedAt);
  }

  return {
    open,
    list,
    async forget(secret) {
      const held = await list(secret);
      if (secret !== null) await redis.del(sessionsKey(secret));
      return held;
    },
    async find(secret, installId) {
      if (secret === null) return 'none';
      const json = await redis.hget(sessionsKey(secret), installId);
      if (json !== null) return parse(json) ?? 'none';
      return (await redis.exists(sessionsKey(secret))) === 1 ? 'other' : 'none';
    },
    async rememberEntry(ticket, { secret, installId }) {
      const json = await redis.hget(sessionsKey(secret), installId);
      if (json === null) return;
      const entry: z.infer<typeof Entry> = { session: hashOf(json), installId };
      await redis.set(entryKey(ticket), JSON.stringify(entry), 'EX', DOUBLE_CLICK_SECONDS);
    },
    async recentEntry(ticket, secret) {
      const text = await redis.get(entryKey(ticket));
      // Null also for what another version wrote: its person sees the way back all the same.
      const entry = Entry.safeParse(text === null ? null : JSON.parse(text)).data;
      if (!entry || secret === null) return null;
      const json = await redis.hget(sessionsKey(secret), entry.installId);
      return json !== null && hashOf(json) === entry.session ? entry.installId : null;
    },
  };
}

/** Null for nothing, and for what another version wrote: its person asks for a new link. */
function parse(json: string): ConsoleSession | null {
  return json === '' ? null : (ConsoleSession.safeParse(JSON.parse(json)).data ?? null);
}

function sessionsKey(secret: string): string {
  return `xepa:console:${hashOf(secret)}`;
}

function entryKey(ticket: string): string {
  return `xepa:console-entry:${hashOf(ticket)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
