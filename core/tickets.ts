import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { ConsoleRight } from './contracts/console-right.ts';
import type { Notice } from './contracts/notice.ts';
import { changeChannel } from './install-store.ts';
import type { Keyring } from './keyring.ts';
import { createSignedTickets, lifetime, lifetimeClaims } from './signed-tickets.ts';

/** What a ticket is good for: one person, one install, once, until it expires. */
const TicketClaims = z.object({
  installId: z.string(),
  slackUser: z.string(),
  /** What others at the console see of that person; their id where it is not known. */
  name: z.string().max(100).optional(),
  right: ConsoleRight,
  /** For the page's own words, before anybody goes in: the record says what holds. */
  recorded: z.literal(true).optional(),
  epoch: z.number(),
  ...lifetimeClaims,
});
export type TicketClaims = z.infer<typeof TicketClaims>;

export interface TicketWish extends Pick<TicketClaims, 'installId' | 'slackUser' | 'name' | 'right' | 'recorded'> {
  /** 60 to 300 */
  ttlSeconds: number;
}

export type Redemption =
  | { ok: true; claims: TicketClaims }
  | { ok: false; why: 'bad' | 'expired' | 'used' | 'revoked' };

/** Single-use secrets of console links. Redis keeps only their hashes. */
export interface Tickets {
  issue(wish: TicketWish): Promise<string>;
  /** Consumes the ticket atomically: of any number of callers one gets the claims. */
  redeem(ticket: string): Promise<Redemption>;
  /** Voids every ticket and console session of the install that exists now. */
  revokeAll(installId: string): Promise<void>;
  /** Rises with each revokeAll; a session of an older epoch is void. */
  epoch(installId: string): Promise<number>;
}

/** Nothing of the record changes, but open screens must hear of it: whoever raises the epoch has said so. KEYS: epoch. ARGV: channel, notice. */
const revokeScript = `
redis.call('INCR', KEYS[1])
redis.call('PUBLISH', ARGV[1], ARGV[2])`;

export function createTickets(deps: { redis: Redis; keyring: Keyring; clock: Clock }): Tickets {
  const { redis, clock } = deps;
  const signed = createSignedTickets(deps, { purpose: 'console', claims: TicketClaims });
  const epoch = async (installId: string) => Number((await redis.get(epochKey(installId))) ?? 0);
  return {
    epoch,
    async issue({ ttlSeconds, ...wish }) {
      const claims = { ...wish, epoch: await epoch(wish.installId) };
      return signed.issue({ ...claims, ...lifetime(clock, ttlSeconds) });
    },
    async redeem(ticket) {
      const redeemed = await signed.redeem(ticket);
      if (redeemed.ok && redeemed.claims.epoch !== (await epoch(redeemed.claims.installId))) {
        return { ok: false, why: 'revoked' };
      }
      return redeemed;
    },
    async revokeAll(installId) {
      const notice: Notice = { installId, rev: 0 };
      await redis.eval(revokeScript, 1, epochKey(installId), changeChannel, JSON.stringify(notice));
    },
  };
}

function epochKey(installId: string): string {
  return `xepa:{${installId}}:console-epoch`;
}
