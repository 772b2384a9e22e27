import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { type Key, type Keyring, keyOf } from './keyring.ts';

/** What each ticket carries beside its own claims. `expiresAt`: milliseconds since 1970. */
export const lifetimeClaims = { expiresAt: z.number(), nonce: z.string() };
type Lifetime = z.infer<z.ZodObject<typeof lifetimeClaims>>;

export type Redeemed<Claims> = { ok: true; claims: Claims } | { ok: false; why: 'bad' | 'expired' | 'used' };

/** Single-use secrets of one purpose. Redis keeps only their hashes. */
export interface SignedTickets<Claims> {
  issue(claims: Claims): Promise<string>;
  /** Consumes the ticket atomically: of any number of callers one gets the claims. */
  redeem(ticket: string): Promise<Redeemed<Claims>>;
}

/** The claims of a ticket that is made now. */
export function lifetime(clock: Clock, ttlSeconds: number): Lifetime {
  return { expiresAt: clock.now() + ttlSeconds * 1000, nonce: randomBytes(32).toString('base64url') };
}

/**
 * Text form: `v1.<key id>.<claims in base64url>.<HMAC-SHA-256 in base64url>`; checked before Redis is asked.
 * `purpose` is signed along: what was made for one purpose is junk for every other. It must not hold a dot.
 */
export function createSignedTickets<Claims extends Lifetime>(
  deps: { redis: Redis; keyring: Keyring; clock: Clock },
  kind: { purpose: string; claims: z.ZodType<Claims> },
): SignedTickets<Claims> {
  const { redis, keyring, clock } = deps;
  const mac = (key: Key, signed: string) => createHmac('sha256', key.sign).update(`${kind.purpose}.${signed}`).digest();

  function verify(ticket: string): Claims | null {
    const parts = ticket.split('.');
    const [version, keyId = '', body = '', given = ''] = parts;
    const key = keyOf(keyring, keyId);
    if (parts.length !== 4 || version !== 'v1' || !key) return null;
    const expected = mac(key, `v1.${keyId}.${body}`);
    const actual = Buffer.from(given, 'base64url');
    if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null;
    const claims = kind.claims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()));
    return claims.success ? claims.data : null;
  }

  return {
    async issue(claims) {
      const [key] = keyring;
      const signed = `v1.${key.id}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
      const ticket = `${signed}.${mac(key, signed).toString('base64url')}`;
      const ttlMs = Math.max(1, claims.expiresAt - clock.now());
      await redis.set(ticketKey(ticket), kind.purpose, 'PX', ttlMs);
      return ticket;
    },
    async redeem(ticket) {
      const claims = verify(ticket);
      if (!claims) return { ok: false, why: 'bad' };
      if (claims.expiresAt <= clock.now()) return { ok: false, why: 'expired' };
      if ((await redis.getdel(ticketKey(ticket))) === null) return { ok: false, why: 'used' };
      return { ok: true, claims };
    },
  };
}

function ticketKey(ticket: string): string {
  return `xepa:ticket:${createHash('sha256').update(ticket).digest('hex')}`;
}
