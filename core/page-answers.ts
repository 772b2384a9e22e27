import type { Redis } from 'ioredis';
import { z } from 'zod';

/** What became of what somebody asked for on the console's page. */
const PageAnswer = z.discriminatedUnion('state', [
  /** It is in the install's thread. */
  z.object({ state: z.literal('posted') }),
  /** A sentence for people. */
  z.object({ state: z.literal('failed'), message: z.string() }),
]);
export type PageAnswer = z.infer<typeof PageAnswer>;

/** What the bot tells the page, by the nonce of the wish. */
export interface PageAnswers {
  tell(installId: string, nonce: string, answer: PageAnswer): Promise<void>;
  /** Null while there is none, and when the page was not there for long. */
  find(installId: string, nonce: string): Promise<PageAnswer | null>;
}

/** A page asks about once a second. */
const KEEP_SECONDS = 300;

export function createPageAnswers(deps: { redis: Redis }): PageAnswers {
  const { redis } = deps;
  return {
    tell: async (installId, nonce, answer) =>
      void (await redis.set(keyOf(installId, nonce), JSON.stringify(answer), 'EX', KEEP_SECONDS)),
    async find(installId, nonce) {
      const text = await redis.get(keyOf(installId, nonce));
      return text === null ? null : PageAnswer.parse(JSON.parse(text));
    },
  };
}

function keyOf(installId: string, nonce: string): string {
  return `xepa:{${installId}}:page-answer:${nonce}`;
}
