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
   * Gives the browser a session, under its secret or, where that is not known or the right rises, under a new one:
   * whoever knew the old secret does not rise with it. Answers with what the browser holds now, which is the session
   * of before where that stays.
   */
  open(session: ConsoleSession, secret: string | null): Promise<Opened>;
  /** The browser's session for the install; `other` when it only has sessions for other installs. */
  find(secret: string | null, installId: string): Promise<ConsoleSession | 'none' | 'other'>;
  /** Remembers for a minute which browser a ticket let in, so that a double click is no refusal. */
  rememberEntry(ticket: string, entry: { secret: string; installId: string }): Promise<void>;
  /** The install that this ticket opened a moment ago for this very browser. */
  recentEntry(ticket: string, secret: string | null): Promise<string | null>;
  /** The browser's sessions, newest first. */
  list(secret: string | null): Promise<ConsoleSession[]>;
}

const DOUBLE_CLICK_SECONDS = 60;
const SECRET_BYTES = 32;
/** Requests that are on their way with the secret of before still find a session, which may only watch. */
const OLD_SECRET_SECONDS = 10;
/** A browser's sessions by install, as JSON. */
type Sessions = Readonly<Record<string, string>>;
const Entry = z.object({ browser: z.string(), installId: z.string() });

/**
 * Puts a session where the browser still holds what was read. All sessions have the same length, so the newest is the
 * last to end. KEYS: browser. ARGV: install, session as read or '', new session, its end (ms).
 */
const swapScript = `
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('PEXPIREAT', KEYS[1], ARGV[4])
return 1`;

export function createSessionStore(redis: Redis): SessionStore {
  const swap = async (secret: string, session: ConsoleSession, read: string) => {
    const { installId, endsAt } = session;
    const argv = [installId, read, JSON.stringify(session), String(endsAt)];
    return (await redis.eval(swapScript, 1, sessionsKey(secret), ...argv)) === 1;
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
    if (fate === 'rises') {
      const opened = await openAnew(session, all);
      await redis.expire(sessionsKey(secret), OLD_SECRET_SECONDS);
      return opened;
    }
    // Two links at the same moment in one browser: look again at what it holds now.
    return (await swap(secret, session, json)) ? { secret, session } : open(session, secret);
  }

  /** @param others sessions that the browser takes along */
  async function openAnew(session: ConsoleSession, others: Sessions): Promise<Opened> {
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const sessions = { ...others, [session.installId]: JSON.stringify(session) };
    await redis.multi().hset(sessionsKey(secret), sessions).pexpireat(sessionsKey(secret), session.endsAt).exec();
    return { secret, session };
  }

  return {
    open,
    async find(secret, installId) {
      if (secret === null) return 'none';
      const json = await redis.hget(sessionsKey(secret), installId);
      if (json !== null) return parse(json) ?? 'none';
      return (await redis.exists(sessionsKey(secret))) === 1 ? 'other' : 'none';
    },
    async rememberEntry(ticket, { secret, installId }) {
      const entry = JSON.stringify({ browser: hashOf(secret), installId });
      await redis.set(entryKey(ticket), entry, 'EX', DOUBLE_CLICK_SECONDS);
    },
    async recentEntry(ticket, secret) {
      const json = secret === null ? null : await redis.get(entryKey(ticket));
      if (json === null || secret === null) return null;
      const entry = Entry.parse(JSON.parse(json));
      return entry.browser === hashOf(secret) ? entry.installId : null;
    },
    async list(secret) {
      const all = secret === null ? {} : await redis.hgetall(sessionsKey(secret));
      const sessions = Object.values(all).flatMap((json) => parse(json) ?? []);
      return sessions.sort((a, b) => b.openedAt - a.openedAt);
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
