import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';

/** What we know of one message of an install. `claimed`: somebody is posting it, or died while doing so. */
const Sent = z.discriminatedUnion('state', [
  z.object({ state: z.literal('claimed'), at: z.number() }),
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
  }),
]);
export type SentMessage = Extract<z.infer<typeof Sent>, { state: 'sent' }>;

/** `mine`: post it. `again`: post it, a first try may have reached Slack. `busy`: another one is posting right now. */
type Claim = 'mine' | 'again' | 'busy' | SentMessage;

/** The bot's own memory of what it posted: one hash per install, a field per message. */
export interface SentMessages {
  find(installId: string, key: string): Promise<SentMessage | null>;
  /** Asks for the right to post a message that must exist once. */
  claim(installId: string, key: string): Promise<Claim>;
  save(installId: string, key: string, sent: Omit<SentMessage, 'state'>): Promise<void>;
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

/** Takes the field when it is empty or holds an old claim. KEYS: hash. ARGV: field, old value or '', new value. */
const swapScript = `
local now = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if now ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('EXPIRE', KEYS[1], ${KEEP_SECONDS})
return 1`;

export function createSentMessages(deps: { redis: Redis; clock: Clock }): SentMessages {
  const { redis, clock } = deps;
  const read = async (id: string, key: string) => {
    const json = await redis.hget(hashKey(id), key);
    return { json, value: json === null ? null : Sent.parse(JSON.parse(json)) };
  };
  return {
    async find(id, key) {
      const { value } = await read(id, key);
      return value?.state === 'sent' ? value : null;
    },
    async claim(id, key) {
      const { json, value } = await read(id, key);
      if (value?.state === 'sent') return value;
      if (value && clock.now() - value.at < CLAIM_MS) return 'busy';
      const mine = JSON.stringify({ state: 'claimed', at: clock.now() });
      const taken = await redis.eval(swapScript, 1, hashKey(id), key, json ?? '', mine);
      if (taken !== 1) return 'busy';
      return value ? 'again' : 'mine';
    },
    async save(id, key, sent) {
      await redis.hset(hashKey(id), key, JSON.stringify({ state: 'sent', ...sent }));
      await redis.expire(hashKey(id), KEEP_SECONDS);
    },
    async repaint(id, key) {
      const { value } = await read(id, key);
      if (value?.state !== 'sent') return;
      await redis.hset(hashKey(id), key, JSON.stringify({ ...value, hash: '', stateHash: '' }));
    },
    markShown: async (id, rev) => void (await redis.hset(hashKey(id), shownField, rev)),
    shownRev: async (id) => Number((await redis.hget(hashKey(id), shownField)) ?? 0),
    forget: async (id, key) => void (await redis.hdel(hashKey(id), key)),
  };
}

function hashKey(installId: string): string {
  return `xepa:slack:{${installId}}`;
}
