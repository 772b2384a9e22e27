import type { Redis } from 'ioredis';
import { z } from 'zod';
import { ConsoleRight } from '../core/contracts/console-right.ts';
import type { People } from './attendance.ts';

/** An open screen of somebody's, in whichever process. */
export interface OpenScreen {
  /** Unique among all screens. */
  id: string;
  installId: string;
  user: string;
  right: ConsoleRight;
}

/**
 * Says in Redis which screens are open, each for a while only: a process that is killed takes nothing back, so what
 * nobody renews is gone by itself.
 */
export interface ScreenLeases {
  /** The screen is open until that time (milliseconds since 1970), unless said again. */
  hold(screen: OpenScreen, until: number): Promise<void>;
  drop(screen: OpenScreen): Promise<void>;
  /** Who has a screen of the install open. */
  people(installId: string, now: number): Promise<People>;
  /** Every install that somebody had a screen of, until it is put aside. */
  attended(): Promise<string[]>;
  /** Nobody is there any more. */
  putAside(installId: string, now: number): Promise<void>;
  /** True for one process of all, for that time: the one that looks after screens whose process died. */
  takeWatch(ms: number): Promise<boolean>;
}

const attendedKey = 'xepa:console:attended';
const watchKey = 'xepa:console:watch';
/** Long after the last lease of an install has run out. */
const KEEP_MS = 3_600_000;
const Member = z.tuple([z.string(), ConsoleRight, z.string()]);

export function createScreenLeases(redis: Redis): ScreenLeases {
  async function people(installId: string, now: number): Promise<People> {
    const members = await redis.zrangebyscore(screensKey(installId), `(${now}`, '+inf');
    const screens = members.map((member) => Member.parse(JSON.parse(member)));
    const sorted = screens.toSorted(([, a], [, b]) => Number(a === 'control') - Number(b === 'control'));
    return new Map(sorted.map(([user, right]) => [user, right]));
  }

  return {
    people,
    async hold(screen, until) {
      const key = screensKey(screen.installId);
      await redis.multi().zadd(key, until, memberOf(screen)).pexpire(key, KEEP_MS).exec();
      // After the lease, so that putAside below cannot overlook it.
      await redis.sadd(attendedKey, screen.installId);
    },
    drop: async (screen) => void (await redis.zrem(screensKey(screen.installId), memberOf(screen))),
    attended: () => redis.smembers(attendedKey),
    async putAside(installId, now) {
      await redis.srem(attendedKey, installId);
      // Somebody came while we were at it.
      if ((await people(installId, now)).size > 0) await redis.sadd(attendedKey, installId);
    },
    takeWatch: async (ms) => (await redis.set(watchKey, '1', 'PX', ms, 'NX')) !== null,
  };
}

function memberOf({ user, right, id }: OpenScreen): string {
  return JSON.stringify([user, right, id]);
}

function screensKey(installId: string): string {
  return `xepa:{${installId}}:screens`;
}
