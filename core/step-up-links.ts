import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import type { Approval } from './contracts/approval.ts';
import type { Keyring } from './keyring.ts';
import { createSignedTickets, lifetime, lifetimeClaims, type Redeemed } from './signed-tickets.ts';

/** Good for linking a passkey to that Slack user, once. */
const LinkClaims = z.object({ purpose: z.literal('link'), slackUser: z.string(), ...lifetimeClaims });

/** Good for making that Slack user's vote count, once: in this round of this install's approval, for exactly this. */
const VoteClaims = z.object({
  purpose: z.literal('vote'),
  slackUser: z.string(),
  installId: z.string(),
  round: z.number().int(),
  digest: z.string(),
  ...lifetimeClaims,
});
export type VoteClaims = z.infer<typeof VoteClaims>;

export const StepUpClaims = z.discriminatedUnion('purpose', [LinkClaims, VoteClaims]);
export type StepUpClaims = z.infer<typeof StepUpClaims>;

/** `ticket` goes behind `/p#` of the public address. */
export interface StepUpLink {
  ticket: string;
  ttlSeconds: number;
}

/** Single-use secrets of the links that lead to the passkey page. A console's ticket opens none of them, nor they it. */
export interface StepUpLinks {
  issueLink(slackUser: string): Promise<StepUpLink>;
  /** Lasts as long as the approval may be given, and half an hour at most. */
  issueVote(wish: {
    slackUser: string;
    installId: string;
    approval: Pick<Approval, 'round' | 'digest' | 'expiresAt'>;
  }): Promise<StepUpLink>;
  /** Consumes the link atomically: of any number of callers one gets the claims. */
  redeem(ticket: string): Promise<Redeemed<StepUpClaims>>;
}

const LINK_SECONDS = 600;
const VOTE_SECONDS = 1_800;

export function createStepUpLinks(deps: { redis: Redis; keyring: Keyring; clock: Clock }): StepUpLinks {
  const { clock } = deps;
  const signed = createSignedTickets(deps, { purpose: 'step-up', claims: StepUpClaims });
  return {
    async issueLink(slackUser) {
      const claims = { purpose: 'link' as const, slackUser, ...lifetime(clock, LINK_SECONDS) };
      return { ticket: await signed.issue(claims), ttlSeconds: LINK_SECONDS };
    },
    async issueVote({ slackUser, installId, approval: { round, digest, expiresAt } }) {
      const secondsLeft = Math.floor((expiresAt - clock.now()) / 1000);
      const ttlSeconds = Math.max(0, Math.min(VOTE_SECONDS, secondsLeft));
      const vote = { purpose: 'vote' as const, slackUser, installId, round, digest };
      return { ticket: await signed.issue({ ...vote, ...lifetime(clock, ttlSeconds) }), ttlSeconds };
    },
    redeem: (ticket) => signed.redeem(ticket),
  };
}
