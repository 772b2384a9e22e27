import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { StepName } from './contracts/step-name.ts';
import { XepaError } from './errors.ts';

/** Somebody wants to see something of a running VM now. Only the worker can reach it; only the bot can tell people. */
const Wish = z.object({
  nonce: z.string(),
  what: z.enum(['picture', 'logs']),
  /** Slack user id of who asked, and the channel to answer in. */
  by: z.string(),
  channel: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
  /** How the logs are to be shown; of no meaning for a picture. */
  lines: z.number(),
  step: StepName.optional(),
  asFile: z.boolean(),
});
export type Wish = z.infer<typeof Wish>;

const Answer = z.discriminatedUnion('what', [
  /** The picture is kept under its kind. */
  z.object({ what: z.literal('picture'), kind: z.string() }),
  /** What the guest wrote to its serial port, and QEMU's own log: redacted, not escaped. */
  z.object({ what: z.literal('logs'), serial: z.string(), qemu: z.string() }),
  /** A sentence for people. */
  z.object({ what: z.literal('failed'), message: z.string() }),
]);
export type Answer = z.infer<typeof Answer>;

/** The wishes of an install, each with its answer once there is one. */
export interface Wishes {
  /** @throws XepaError conflict when too many wait already */
  add(installId: string, wish: Omit<Wish, 'nonce' | 'at'>): Promise<Wish>;
  /** Wishes that wait for an answer and are still worth one; the oldest first. */
  open(installId: string): Promise<Wish[]>;
  all(installId: string): Promise<{ wish: Wish; answer: Answer | null }[]>;
  /** @returns false when nobody waits for it any more */
  answer(installId: string, nonce: string, answer: Answer): Promise<boolean>;
  /** The person was told. */
  remove(installId: string, nonce: string): Promise<void>;
}

/** Whoever asked is told so when no answer came within this time. */
export const WISH_MS = 30_000;
/** A wish and its answer are a field each. */
const MAX_FIELDS = 20;
const KEEP_SECONDS = 3600;
const answerOf = (nonce: string) => `${nonce}:answer`;

/** KEYS: hash. ARGV: nonce, wish. */
const addScript = `
if redis.call('HLEN', KEYS[1]) >= ${MAX_FIELDS} then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ${KEEP_SECONDS})
return 1`;
/** KEYS: hash. ARGV: nonce, field of the answer, answer. The first answer counts. */
const answerScript = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
return redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3])`;

export function createWishes(deps: { redis: Redis; clock: Clock }): Wishes {
  const { redis, clock } = deps;
  const all: Wishes['all'] = async (installId) => {
    const fields = await redis.hgetall(keyOf(installId));
    const wishes = Object.entries(fields).filter(([field]) => !field.includes(':'));
    return wishes
      .map(([nonce, text]) => ({ wish: Wish.parse(JSON.parse(text)), answer: answerIn(fields, nonce) }))
      .sort((a, b) => a.wish.at - b.wish.at);
  };
  return {
    all,
    async add(installId, wanted) {
      const wish: Wish = { ...wanted, nonce: randomBytes(9).toString('base64url'), at: clock.now() };
      const added = await redis.eval(addScript, 1, keyOf(installId), wish.nonce, JSON.stringify(wish));
      if (added === 1) return wish;
      throw tooMany();
    },
    async open(installId) {
      // Nearly every look of a worker finds none, and this question is the cheaper one.
      if ((await redis.exists(keyOf(installId))) === 0) return [];
      const waiting = (await all(installId)).filter(({ answer }) => answer === null);
      return waiting.map(({ wish }) => wish).filter((wish) => !isOverdue(wish, clock.now()));
    },
    async answer(installId, nonce, answer) {
      const text = JSON.stringify(answer);
      return (await redis.eval(answerScript, 1, keyOf(installId), nonce, answerOf(nonce), text)) === 1;
    },
    remove: async (installId, nonce) => void (await redis.hdel(keyOf(installId), nonce, answerOf(nonce))),
  };
}

/** Nobody waits for it any longer. */
export function isOverdue(wish: Wish, now: number): boolean {
  return now - wish.at >= WISH_MS;
}

function answerIn(fields: Readonly<Record<string, string>>, nonce: string): Answer | null {
  const text = fields[answerOf(nonce)];
  return text === undefined ? null : Answer.parse(JSON.parse(text));
}

function keyOf(installId: string): string {
  return `xepa:{${installId}}:wishes`;
}

function tooMany(): XepaError {
  return new XepaError('conflict', {
    message: `the wishes of an install fill ${MAX_FIELDS} fields`,
    userMessage: 'Too many people are asking for this already; try again in a minute.',
    retry: 'backoff',
  });
}
