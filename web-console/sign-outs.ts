import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Notice } from '../core/contracts/notice.ts';
import { changeChannel } from '../core/install-store.ts';
import type { ConsoleSession } from './console-session.ts';

/** Sessions that their person has ended, remembered until they would have ended anyway. */
export interface SignOuts {
  /** Cuts the session's screens, in every process. */
  note(session: ConsoleSession): Promise<void>;
  has(session: ConsoleSession): Promise<boolean>;
}

export function createSignOuts(redis: Redis): SignOuts {
  return {
    async note(session) {
      await redis.set(keyOf(session), '1', 'PXAT', session.endsAt);
      // Nothing of the record changed, but open screens must hear of it now.
      await redis.publish(changeChannel, JSON.stringify({ installId: session.installId, rev: 0 } satisfies Notice));
    },
    has: async (session) => (await redis.exists(keyOf(session))) === 1,
  };
}

/** A session goes along when a browser's secret changes, so it is known by what stays the same of it. */
function keyOf({ installId, slackUser, openedAt, endsAt }: ConsoleSession): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([installId, slackUser, openedAt, endsAt]))
    .digest('hex');
  return `xepa:console-left:${hash}`;
}
