import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/log.ts';
import { slackFailure, tokenTrouble } from './slack-errors.ts';

const Parked = z.object({
  /** What Slack says of the token. */
  error: z.string(),
  tries: z.number(),
  /** Slack is not asked again before this time. Milliseconds since 1970. */
  nextTry: z.number(),
});

/**
 * While Slack refuses our token nothing is sent: each try would be one more refusal. The records go on, and when the
 * token works again the sweep shows what they say by then.
 */
export interface Parking {
  /** What Slack says of the token, or null while it is good. */
  reason(): Promise<string | null>;
  /** Parks all bots of this workspace. */
  park(error: string): Promise<void>;
  /** The token is good. */
  release(): Promise<void>;
  /** Asks Slack whether the token works again, when it is time to. */
  lookAgain(): Promise<void>;
}

const FIRST_MS = 30_000;
const LONGEST_MS = 600_000;

/** @param deps `ask`: any harmless call with the token; throws what the WebClient throws */
export function createParking(deps: {
  redis: Redis;
  clock: Clock;
  log: Logger;
  teamId: string;
  ask: () => Promise<unknown>;
}): Parking {
  const { redis, clock, log } = deps;
  const key = `xepa:{slack-${deps.teamId}}:parked`;
  const read = async () => {
    const json = await redis.get(key);
    return json === null ? null : Parked.parse(JSON.parse(json));
  };
  const write = async (error: string, tries: number) => {
    const nextTry = clock.now() + Math.min(FIRST_MS * 2 ** tries, LONGEST_MS);
    await redis.set(key, JSON.stringify({ error, tries, nextTry }));
  };
  const parking: Parking = {
    reason: async () => (await read())?.error ?? null,
    async park(error) {
      if ((await read()) !== null) return;
      log.error({ error }, 'Slack refuses our token: nothing is sent until it works again');
      await write(error, 0);
    },
    release: async () => void (await redis.del(key)),
    async lookAgain() {
      const parked = await read();
      if (!parked || clock.now() < parked.nextTry) return;
      try {
        await deps.ask();
        await parking.release();
        log.info({ was: parked.error }, 'our token works again: everything is sent now');
      } catch (err) {
        const trouble = tokenTrouble(slackFailure(err));
        log.warn({ error: trouble ?? String(err), tries: parked.tries + 1 }, 'our token does not work yet');
        await write(trouble ?? parked.error, parked.tries + 1);
      }
    },
  };
  return parking;
}
