import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import type { Approval } from './contracts/approval.ts';
import type { SlackPerson } from './contracts/slack-person.ts';
import type { Keyring } from './keyring.ts';
import { createSignedTickets, lifetime, lifetimeClaims, type Redeemed } from './signed-tickets.ts';

/** Whom a link speaks for. */
const whose = { team: z.string(), slackUser: z.string() };

/** Good for linking a passkey to that Slack user, once. */
const LinkClaims = z.object({ purpose: z.literal('link'), ...whose, ...lifetimeClaims });

/** Good for making that Slack user's vote count, once: in this round of this install's approval, for exactly this. */
const VoteClaims = z.object({
  purpose: z.literal('vote'),
  ...whose,
  installId: z.string(),
  round: z.number().int(),
  digest: z.string(),
  ...lifetimeClaims,
});
export type VoteClaims = z.infer<typeof VoteClaims>;

export const StepUpClaims = z.discriminatedUnion('purpose', [LinkClaims, VoteClaims]);
export type StepUpClaims = z.infer<typeof StepUpClaims>;

/** Whom these claims speak for. */
export function personOf({ team, slackUser }: StepUpClaims): SlackPerson {
  return { team, user: slackUser };
}

/** `ticket` goes behind `/p#` of the public address. */
export interface StepUpLink {
  ticket: string;
  ttlSeconds: number;
}

/** Single-use secrets of the links that lead to the passkey page. A console's ticket opens none of them, nor they it. */
export interface StepUpLinks {
  issueLink(person: SlackPerson): Promise<StepUpLink>;
  /** Lasts as long as the approval may be given, and half an hour at most. */
  issueVote(wish: {
    person: SlackPerson;
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
    async issueLink({ team, user }) {
      const claims = { purpose: 'link' as const, team, slackUser: user, ...lifetime(clock, LINK_SECONDS) };
      return { ticket: await signed.issue(claims), ttlSeconds: LINK_SECONDS };
    },
    async issueVote({ person, installId, approval: { round, digest, expiresAt } }) {
      const secondsLeft = Math.floor((expiresAt - clock.now()) / 1000);
      const ttlSeconds = Math.max(0, Math.min(VOTE_SECONDS, secondsLeft));
      const vote = { purpose: 'vote' as const, team: person.team, slackUser: person.user, installId, round, digest };
      return { ticket: await signed.issue({ ...vote, ...lifetime(clock, ttlSeconds) }), ttlSeconds };
    },
    redeem: (ticket) => signed.redeem(ticket),
  };
}
