import type { Redis } from 'ioredis';
import { z } from 'zod';

/** Which process serves the disc of an install, for a while: one that is killed renews nothing. */
export interface DiscLeases {
  /**
   * From now on this process serves it, whoever did before. @param token of the process's own
   * @returns false where the person serves a disc to another install
   */
  take(lease: Lease): Promise<boolean>;
  /** @returns false where somebody else has taken it since */
  renew(lease: Lease): Promise<boolean>;
  drop(lease: Lease): Promise<void>;
  look(installId: string): Promise<ServedNow | null>;
}

export interface Lease extends ServedNow {
  installId: string;
  user: string;
  token: string;
}

const ServedNow = z.object({ n: z.number(), read: z.number(), live: z.boolean() });
/** Which disc is served now, bytes that were read so far, and whether its page is there. */
export type ServedNow = z.infer<typeof ServedNow>;

const LEASE_MS = 10_000;

// Also where it has run out and nobody has taken it: Redis may have been away.
const renewScript = `
local token = redis.call('HGET', KEYS[1], 'token')
if token and token ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'now', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

const dropScript = `
if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`;

export function createDiscLeases(redis: Redis): DiscLeases {
  /** One disc per person: theirs is the install that they serve to, until they have not for a while. */
  async function isTheirs({ user, installId }: Lease): Promise<boolean> {
    const key = personKey(user);
    if ((await redis.set(key, installId, 'PX', LEASE_MS, 'NX')) !== null) return true;
    if ((await redis.get(key)) !== installId) return false;
    await redis.pexpire(key, LEASE_MS);
    return true;
  }

  return {
    async take(lease) {
      if (!(await isTheirs(lease))) return false;
      const key = discKey(lease.installId);
      await redis.multi().hset(key, 'token', lease.token, 'now', nowOf(lease)).pexpire(key, LEASE_MS).exec();
      return true;
    },
    async renew(lease) {
      const key = discKey(lease.installId);
      const renewed = await redis.eval(renewScript, 1, key, lease.token, nowOf(lease), LEASE_MS);
      // Whose page is away may serve another install.
      if (renewed === 1 && lease.live) await redis.pexpire(personKey(lease.user), LEASE_MS);
      return renewed === 1;
    },
    async drop({ installId, user, token }) {
      await redis.eval(dropScript, 1, discKey(installId), token);
      if ((await redis.get(personKey(user))) === installId) await redis.del(personKey(user));
    },
    async look(installId) {
      const now = await redis.hget(discKey(installId), 'now');
      return now === null ? null : ServedNow.parse(JSON.parse(now));
    },
  };
}

function nowOf({ n, read, live }: Lease): string {
  return JSON.stringify({ n, read, live });
}

function discKey(installId: string): string {
  return `xepa:{${installId}}:browser-disc`;
}

function personKey(user: string): string {
  return `xepa:browser-disc:of:${user}`;
}
