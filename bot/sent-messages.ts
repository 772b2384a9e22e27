import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import { Standing } from './urgency.ts';

/** Names one write of an entry: whoever replaces it names the write that was read. */
const stamp = z.string().default('');

/** What we know of one message of an install. `claimed`: somebody is posting it, or died while doing so. */
const Entry = z.discriminatedUnion('state', [
  z.object({ state: z.literal('claimed'), at: z.number(), stamp }),
  z.object({
    state: z.literal('sent'),
    channel: z.string(),
    ts: z.string(),
    /** Hash of the whole message as Slack has it, and of the message without what only grows. */
    hash: z.string(),
    stateHash: z.string(),
    /** Revision of the record that it shows, and when it was last edited. */
    rev: z.number(),
    at: z.number(),
    standing: Standing.optional(),
    /** It says that no worker was heard of since then. */
    silentSince: z.number().optional(),
    /** It may stand beside an older one, and says so. */
    supersedes: z.boolean().optional(),
    /** An edit had no clear outcome: until then it may still arrive, and put back what was replaced since. */
    unsureUntil: z.number().optional(),
    stamp,
  }),
]);
type Entry = z.infer<typeof Entry>;
export type SentMessage = Extract<Entry, { state: 'sent' }>;
export type Claimed = Extract<Entry, { state: 'claimed' }>;

/** `mine`: post it, and if `again`, a first try may have reached Slack. `busy`: another one is posting right now. */
type Claim =
  | { kind: 'mine'; claimed: Claimed; again: boolean }
  | { kind: 'busy' }
  | { kind: 'sent'; sent: SentMessage };

/** The bot's own memory of what it posted: one hash per install, a field per message. */
export interface SentMessages {
  find(installId: string, key: string): Promise<SentMessage | null>;
  /** Asks for the right to post a message that must exist once. */
  claim(installId: string, key: string): Promise<Claim>;
  /** Writes over exactly what was read, null forgets it. @returns false when somebody else wrote in between */
  replace(
    installId: string,
    key: string,
    change: { from: Entry; to: Omit<SentMessage, 'stamp'> | Omit<Claimed, 'stamp'> | null },
  ): Promise<boolean>;
  /** What Slack shows may be old: the next look sends it again whatever we remember. */
  repaint(installId: string, key: string): Promise<void>;
  /** Everything that there was to say at that revision has been said. */
  markShown(installId: string, rev: number): Promise<void>;
  /** The newest revision of which everything has been said; 0 before the first. */
  shownRev(installId: string): Promise<number>;
  /** Nothing was posted after all, or it may be said again. */
  forget(installId: string, key: string): Promise<void>;
}

/** A claim this old belongs to a bot that died, or to a post whose outcome nobody knows. */
export const CLAIM_MS = 60_000;
const KEEP_SECONDS = 30 * 24 * 3600;
/** A field beside those of the messages; no message has this key. */
const shownField = '#shown';
const MAX_TRIES = 5;

/** KEYS: hash. ARGV: field, stamp that must stand there ('' for an empty field), new value ('' to forget). */
const replaceScript = `
local json = redis.call('HGET', KEYS[1], ARGV[1])
local stamp = json and (cjson.decode(json).stamp or '') or ''
if stamp ~= ARGV[2] or (ARGV[2] == '' and json and ARGV[4] == '1') then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) return 1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('EXPIRE', KEYS[1], ${KEEP_SECONDS})
return 1`;

export function createSentMessages(deps: { redis: Redis; clock: Clock }): SentMessages {
  const { redis, clock } = deps;
  const read = async (id: string, key: string): Promise<Entry | null> => {
    const json = await redis.hget(hashKey(id), key);
    return json === null ? null : Entry.parse(JSON.parse(json));
  };
  const swap = async (id: string, key: string, change: { from: Entry | null; to: Entry | null }) => {
    const { from, to } = change;
    const argv = [key, from?.stamp ?? '', to ? JSON.stringify(to) : '', from ? '0' : '1'];
    return (await redis.eval(replaceScript, 1, hashKey(id), ...argv)) === 1;
  };
  const sent: SentMessages = {
    async find(id, key) {
      const entry = await read(id, key);
      return entry?.state === 'sent' ? entry : null;
    },
    async claim(id, key) {
      const entry = await read(id, key);
      if (entry?.state === 'sent') return { kind: 'sent', sent: entry };
      if (entry && clock.now() - entry.at < CLAIM_MS) return { kind: 'busy' };
      const claimed: Claimed = { state: 'claimed', at: clock.now(), stamp: randomUUID() };
      const taken = await swap(id, key, { from: entry, to: claimed });
      return taken ? { kind: 'mine', claimed, again: entry !== null } : { kind: 'busy' };
    },
    replace: (id, key, { from, to }) => swap(id, key, { from, to: to && { ...to, stamp: randomUUID() } }),
    async repaint(id, key) {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const from = await sent.find(id, key);
        if (!from || (await sent.replace(id, key, { from, to: { ...from, hash: '', stateHash: '' } }))) return;
      }
    },
    markShown: async (id, rev) => void (await redis.hset(hashKey(id), shownField, rev)),
    shownRev: async (id) => Number((await redis.hget(hashKey(id), shownField)) ?? 0),
    forget: async (id, key) => void (await redis.hdel(hashKey(id), key)),
  };
  return sent;
}

function hashKey(installId: string): string {
  return `xepa:slack:{${installId}}`;
}
