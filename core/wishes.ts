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
  /** Asked for on the console's page, which shows the answer. No worker hears of it until the bot has asked the policy. */
  onPage: z.boolean().optional(),
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
  /** Wishes that may be met, wait for an answer and are still worth one; the oldest first. */
  open(installId: string): Promise<Wish[]>;
  /** The same of those that nobody has asked the policy about yet. */
  unjudged(installId: string): Promise<Wish[]>;
  /** It may be met. Of no meaning for a wish that is gone. */
  allow(installId: string, nonce: string): Promise<void>;
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
const allowedOf = (nonce: string) => `${nonce}:allowed`;

/** KEYS: hash. ARGV: nonce, wish. */
const addScript = `
if redis.call('HLEN', KEYS[1]) >= ${MAX_FIELDS} then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ${KEEP_SECONDS})
return 1`;
/** KEYS: hash. ARGV: nonce, field beside it, value. The first value counts. */
const besideScript = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
return redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3])`;

export function createWishes(deps: { redis: Redis; clock: Clock }): Wishes {
  const { redis, clock } = deps;
  /** @returns false when the wish is gone, or that field was there already */
  const putBeside = async (installId: string, nonce: string, [field, value]: [string, string]) =>
    (await redis.eval(besideScript, 1, keyOf(installId), nonce, field, value)) === 1;
  const waiting = async (installId: string, isAllowed: boolean): Promise<Wish[]> => {
    // Nearly every look finds none, and this question is the cheaper one.
    if ((await redis.exists(keyOf(installId))) === 0) return [];
    const held = wishesIn(await redis.hgetall(keyOf(installId)));
    const wanted = held.filter(({ answer, allowed }) => answer === null && allowed === isAllowed);
    return wanted.map(({ wish }) => wish).filter((wish) => !isOverdue(wish, clock.now()));
  };
  return {
    async all(installId) {
      return wishesIn(await redis.hgetall(keyOf(installId))).map(({ wish, answer }) => ({ wish, answer }));
    },
    async add(installId, wanted) {
      const wish: Wish = { ...wanted, nonce: randomBytes(9).toString('base64url'), at: clock.now() };
      const added = await redis.eval(addScript, 1, keyOf(installId), wish.nonce, JSON.stringify(wish));
      if (added === 1) return wish;
      throw tooMany();
    },
    open: (installId) => waiting(installId, true),
    unjudged: (installId) => waiting(installId, false),
    allow: async (installId, nonce) => void (await putBeside(installId, nonce, [allowedOf(nonce), '1'])),
    answer: (installId, nonce, answer) => putBeside(installId, nonce, [answerOf(nonce), JSON.stringify(answer)]),
    remove: async (installId, nonce) =>
      void (await redis.hdel(keyOf(installId), nonce, answerOf(nonce), allowedOf(nonce))),
  };
}

/** Nobody waits for it any longer. */
export function isOverdue(wish: Wish, now: number): boolean {
  return now - wish.at >= WISH_MS;
}

/** What a hash holds, the oldest wish first. */
function wishesIn(fields: Readonly<Record<string, string>>): { wish: Wish; answer: Answer | null; allowed: boolean }[] {
  return Object.entries(fields)
    .filter(([field]) => !field.includes(':'))
    .map(([nonce, text]) => {
      const wish = Wish.parse(JSON.parse(text));
      return { wish, answer: answerIn(fields, nonce), allowed: !wish.onPage || fields[allowedOf(nonce)] !== undefined };
    })
    .sort((a, b) => a.wish.at - b.wish.at);
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
