import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { ConsoleSession } from './console-session.ts';

/** Console sessions in Redis. A browser has one secret, under which it may hold sessions of several installs. */
export interface SessionStore {
  /** Adds a session to the browser's secret, or to a new one where `secret` is not known; answers with the secret. */
  open(session: ConsoleSession, secret: string | null): Promise<string>;
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
const Entry = z.object({ browser: z.string(), installId: z.string() });

export function createSessionStore(redis: Redis): SessionStore {
  return {
    async open(session, secret) {
      const known = secret !== null && (await redis.exists(sessionsKey(secret))) === 1;
      const kept = known ? secret : randomBytes(SECRET_BYTES).toString('base64url');
      const key = sessionsKey(kept);
      await redis.hset(key, session.installId, JSON.stringify(session));
      // All sessions have the same length, so the newest is the last to end.
      await redis.pexpireat(key, session.endsAt);
      return kept;
    },
    async find(secret, installId) {
      if (secret === null) return 'none';
      const json = await redis.hget(sessionsKey(secret), installId);
      if (json !== null) return ConsoleSession.parse(JSON.parse(json));
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
      const sessions = Object.values(all).map((json) => ConsoleSession.parse(JSON.parse(json)));
      return sessions.sort((a, b) => b.openedAt - a.openedAt);
    },
  };
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
