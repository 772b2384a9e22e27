import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { ConsoleRight } from './contracts/console-right.ts';
import type { Notice } from './contracts/notice.ts';
import { changeChannel } from './install-store.ts';
import { type Keyring, keyOf } from './keyring.ts';

/** What a ticket is good for: one person, one install, once, until it expires. */
const TicketClaims = z.object({
  installId: z.string(),
  slackUser: z.string(),
  right: ConsoleRight,
  epoch: z.number(),
  /** Milliseconds since 1970. */
  expiresAt: z.number(),
  nonce: z.string(),
});
export type TicketClaims = z.infer<typeof TicketClaims>;

export type Redemption =
  | { ok: true; claims: TicketClaims }
  | { ok: false; why: 'bad' | 'expired' | 'used' | 'revoked' };

/** Single-use secrets of console links. Redis keeps only their hashes. */
export interface Tickets {
  /** @param ttlSeconds 60 to 300 */
  issue(wish: { installId: string; slackUser: string; right: ConsoleRight; ttlSeconds: number }): Promise<string>;
  /** Consumes the ticket atomically: of any number of callers one gets the claims. */
  redeem(ticket: string): Promise<Redemption>;
  /** Voids every ticket and console session of the install that exists now. */
  revokeAll(installId: string): Promise<void>;
  /** Rises with each revokeAll; a session of an older epoch is void. */
  epoch(installId: string): Promise<number>;
}

/** Text form: `v1.<key id>.<claims in base64url>.<HMAC-SHA-256 in base64url>`; checked before Redis is asked. */
export function createTickets(deps: { redis: Redis; keyring: Keyring; clock: Clock }): Tickets {
  const { redis, keyring, clock } = deps;
  const epoch = async (installId: string) => Number((await redis.get(epochKey(installId))) ?? 0);
  return {
    epoch,
    async issue({ installId, slackUser, right, ttlSeconds }) {
      const expiresAt = clock.now() + ttlSeconds * 1000;
      const nonce = randomBytes(32).toString('base64url');
      const claims = { installId, slackUser, right, epoch: await epoch(installId), expiresAt, nonce };
      const ticket = sign(keyring, claims);
      await redis.set(ticketKey(ticket), installId, 'EX', ttlSeconds);
      return ticket;
    },
    async redeem(ticket) {
      const claims = verify(keyring, ticket);
      if (!claims) return { ok: false, why: 'bad' };
      if (claims.expiresAt <= clock.now()) return { ok: false, why: 'expired' };
      if ((await redis.getdel(ticketKey(ticket))) === null) return { ok: false, why: 'used' };
      if (claims.epoch !== (await epoch(claims.installId))) return { ok: false, why: 'revoked' };
      return { ok: true, claims };
    },
    async revokeAll(installId) {
      await redis.incr(epochKey(installId));
      // Nothing of the record changed, but open screens must hear of it now.
      await redis.publish(changeChannel, JSON.stringify({ installId, rev: 0 } satisfies Notice));
    },
  };
}

function sign(keyring: Keyring, claims: TicketClaims): string {
  const [key] = keyring;
  const signed = `v1.${key.id}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${mac(key.sign, signed).toString('base64url')}`;
}

function verify(keyring: Keyring, ticket: string): TicketClaims | null {
  const parts = ticket.split('.');
  const [version, keyId = '', body = '', given = ''] = parts;
  const key = keyOf(keyring, keyId);
  if (parts.length !== 4 || version !== 'v1' || !key) return null;
  const expected = mac(key.sign, `v1.${keyId}.${body}`);
  const actual = Buffer.from(given, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null;
  const claims = TicketClaims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  return claims.success ? claims.data : null;
}

function mac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function ticketKey(ticket: string): string {
  return `xepa:ticket:${createHash('sha256').update(ticket).digest('hex')}`;
}

function epochKey(installId: string): string {
  return `xepa:{${installId}}:console-epoch`;
}
