import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';

/** What redeeming a link to a recording opens: one person's right to play that one recording. */
const PlaySession = z.object({ installId: z.string(), recording: z.string(), slackUser: z.string() });
export type PlaySession = z.infer<typeof PlaySession>;

/** It ends for itself, whatever the browser opens later. Those of an older version have the end of their browser's secret. */
const Kept = PlaySession.extend({ endsAt: z.number().default(Number.POSITIVE_INFINITY) });

/** The recordings that a browser may play, under a secret of its own. A console's cookie plays nothing, nor the other way. */
export interface PlaySessions {
  /** Answers with the browser's new secret: whoever knew the one of before gains nothing. */
  open(session: PlaySession, secret: string | null): Promise<string>;
  find(secret: string | null, installId: string, recording: string): Promise<PlaySession | null>;
  /** Takes everything from the browser. */
  forget(secret: string | null): Promise<void>;
}

/** Long enough to look at an installation; whoever needs longer asks again. */
export const PLAY_SECONDS = 2 * 3600;
const SECRET_BYTES = 32;

export function createPlaySessions({ redis, clock }: { redis: Redis; clock: Clock }): PlaySessions {
  return {
    async open(session, before) {
      const others = before === null ? {} : await redis.hgetall(keyOf(before));
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const kept: z.infer<typeof Kept> = { ...session, endsAt: clock.now() + PLAY_SECONDS * 1_000 };
      const all = { ...others, [session.recording]: JSON.stringify(kept) };
      await redis.multi().hset(keyOf(secret), all).expire(keyOf(secret), PLAY_SECONDS).exec();
      if (before !== null) await redis.del(keyOf(before));
      return secret;
    },
    async find(secret, installId, recording) {
      const json = secret === null ? null : await redis.hget(keyOf(secret), recording);
      const kept = json === null ? null : (Kept.safeParse(JSON.parse(json)).data ?? null);
      if (kept?.installId !== installId || kept.endsAt <= clock.now()) return null;
      const { endsAt: _endsAt, ...session } = kept;
      return session;
    },
    forget: async (secret) => void (secret !== null && (await redis.del(keyOf(secret)))),
  };
}

function keyOf(secret: string): string {
  return `xepa:play:${createHash('sha256').update(secret).digest('hex')}`;
}
