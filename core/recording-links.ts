import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import type { Keyring } from './keyring.ts';
import { createSignedTickets, lifetime, lifetimeClaims, type Redeemed } from './signed-tickets.ts';

/** Good for playing that one recording, by that person's browser, once. */
const RecordingClaims = z.object({
  installId: z.string(),
  recording: z.string(),
  slackUser: z.string(),
  ...lifetimeClaims,
});
export type RecordingClaims = z.infer<typeof RecordingClaims>;

/** Single-use secrets of the links to recordings. No other ticket of ours opens one, nor does one open anything else. */
export interface RecordingLinks {
  /** The ticket goes behind `/r#` of the public address. @param ttlSeconds how long it may be opened */
  issue(wish: Pick<RecordingClaims, 'installId' | 'recording' | 'slackUser'>, ttlSeconds: number): Promise<string>;
  /** Consumes the ticket atomically: of any number of callers one gets the claims. */
  redeem(ticket: string): Promise<Redeemed<RecordingClaims>>;
}

export function createRecordingLinks(deps: { redis: Redis; keyring: Keyring; clock: Clock }): RecordingLinks {
  const signed = createSignedTickets(deps, { purpose: 'recording', claims: RecordingClaims });
  return {
    issue: (wish, ttlSeconds) => signed.issue({ ...wish, ...lifetime(deps.clock, ttlSeconds) }),
    redeem: (ticket) => signed.redeem(ticket),
  };
}
