import type { Redis } from 'ioredis';
import { z } from 'zod';
import { personKey, type SlackPerson } from './contracts/slack-person.ts';

/** A passkey that is linked to a Slack user. Nothing in it is secret. Times are milliseconds since 1970. */
export const Passkey = z.object({
  /** The credential's id, in base64url. */
  id: z.string().min(1),
  /** COSE key, in base64url. */
  publicKey: z.string(),
  /** Rises with each use at authenticators that count; stays 0 at those that do not. */
  counter: z.number(),
  transports: z.array(z.string()),
  label: z.string(),
  createdAt: z.number(),
  lastUsedAt: z.number().nullable(),
});
export type Passkey = z.infer<typeof Passkey>;

/** The passkeys of each person. */
export interface PasskeyStore {
  /** Oldest first. */
  list(person: SlackPerson): Promise<Passkey[]>;
  /**
   * Links one more. The first needs no proof; a further one needs `proof`, the id of a linked passkey that was just
   * used: who holds only the Slack account cannot add a key of their own.
   */
  add(person: SlackPerson, passkey: Passkey, proof: string | null): Promise<'added' | 'known' | 'needs-proof' | 'full'>;
  /** Notes a use. False when the counter did not rise: the answer was used before, or the key was copied. */
  used(person: SlackPerson, id: string, use: { counter: number; at: number }): Promise<boolean>;
  /** Never the last one: without a passkey the Slack account alone could link a new one. */
  remove(person: SlackPerson, id: string, proof: string): Promise<'removed' | 'unknown' | 'needs-proof' | 'last'>;
}

const MAX_PASSKEYS = 10;
const MAX_TRIES = 20;

const addScript = `
local count = redis.call('HLEN', KEYS[1])
if count > 0 and redis.call('HEXISTS', KEYS[1], ARGV[3]) == 0 then return 'needs-proof' end
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 'known' end
if count >= ${MAX_PASSKEYS} then return 'full' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 'added'`;

const replaceScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

const removeScript = `
if redis.call('HEXISTS', KEYS[1], ARGV[2]) == 0 then return 'needs-proof' end
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 'unknown' end
if redis.call('HLEN', KEYS[1]) == 1 then return 'last' end
redis.call('HDEL', KEYS[1], ARGV[1])
return 'removed'`;

const Added = z.enum(['added', 'known', 'needs-proof', 'full']);
const Removed = z.enum(['removed', 'unknown', 'needs-proof', 'last']);

/** A hash per person, changed by scripts: two pages that do something at the same moment cannot both be the first. */
export function createPasskeyStore(redis: Redis): PasskeyStore {
  return {
    async list(person) {
      const all = await redis.hvals(keyOf(person));
      return all.map(parse).sort((a, b) => a.createdAt - b.createdAt);
    },
    async add(person, passkey, proof) {
      const json = JSON.stringify(passkey);
      return Added.parse(await redis.eval(addScript, 1, keyOf(person), passkey.id, json, proof ?? ''));
    },
    async used(person, id, { counter, at }) {
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const json = await redis.hget(keyOf(person), id);
        const passkey = json === null ? null : parse(json);
        if (json === null || !passkey || !rises(passkey.counter, counter)) return false;
        const next = JSON.stringify({ ...passkey, counter, lastUsedAt: at });
        if ((await redis.eval(replaceScript, 1, keyOf(person), id, json, next)) === 1) return true;
      }
      return false;
    },
    async remove(person, id, proof) {
      return Removed.parse(await redis.eval(removeScript, 1, keyOf(person), id, proof));
    },
  };
}

/** Authenticators that do not count always say 0. */
function rises(before: number, now: number): boolean {
  return now > before || (now === 0 && before === 0);
}

function parse(json: string): Passkey {
  return Passkey.parse(JSON.parse(json));
}

function keyOf(person: SlackPerson): string {
  return `xepa:passkeys:{${personKey(person)}}`;
}
