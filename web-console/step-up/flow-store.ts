import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { StepUpClaims } from '../../core/step-up-links.ts';

/** What a redeemed link opened in one browser. */
export const Flow = z.object({
  claims: StepUpClaims,
  /** Hash of the link, so that a double click is no refusal. */
  link: z.string(),
  /** Id of the linked passkey that was shown in this flow. */
  provenBy: z.string().nullable(),
});
export type Flow = z.infer<typeof Flow>;

const Challenge = z.object({ kind: z.enum(['get', 'create']), text: z.string() });
export type Challenge = z.infer<typeof Challenge>;

/** Flows in Redis under the hash of a secret that only the browser's cookie has. */
export interface FlowStore {
  /** Answers with the secret. */
  open(claims: StepUpClaims, ticket: string): Promise<string>;
  find(secret: string | null): Promise<Flow | null>;
  /** The browser came with a link that it has used itself a moment ago. */
  isOf(flow: Flow, ticket: string): boolean;
  prove(secret: string, flow: Flow, passkeyId: string): Promise<Flow>;
  /** Replaces the one before: a flow has one open challenge. */
  keepChallenge(secret: string, challenge: Challenge): Promise<void>;
  /** Consumes it: whatever becomes of the answer, it cannot be given again. */
  takeChallenge(secret: string): Promise<Challenge | null>;
}

export const flowSeconds = 600;
export const challengeSeconds = 300;
const SECRET_BYTES = 32;

export function createFlowStore(redis: Redis): FlowStore {
  return {
    async open(claims, ticket) {
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const flow: Flow = { claims, link: hashOf(ticket), provenBy: null };
      await redis.set(flowKey(secret), JSON.stringify(flow), 'EX', flowSeconds);
      return secret;
    },
    async find(secret) {
      const json = secret === null ? null : await redis.get(flowKey(secret));
      // One that was begun before an update may have another shape: the page then asks for a new link.
      return json === null ? null : (Flow.safeParse(JSON.parse(json)).data ?? null);
    },
    isOf: (flow, ticket) => flow.link === hashOf(ticket),
    async prove(secret, flow, passkeyId) {
      const proven = { ...flow, provenBy: passkeyId };
      await redis.set(flowKey(secret), JSON.stringify(proven), 'KEEPTTL', 'XX');
      return proven;
    },
    async keepChallenge(secret, challenge) {
      await redis.set(challengeKey(secret), JSON.stringify(challenge), 'EX', challengeSeconds);
    },
    async takeChallenge(secret) {
      const json = await redis.getdel(challengeKey(secret));
      return json === null ? null : Challenge.parse(JSON.parse(json));
    },
  };
}

function flowKey(secret: string): string {
  return `xepa:step-up-flow:${hashOf(secret)}`;
}

function challengeKey(secret: string): string {
  return `xepa:step-up-challenge:${hashOf(secret)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
