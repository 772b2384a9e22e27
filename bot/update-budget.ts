import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock.ts';

/** How urgent an edit is: a change of state, or only a number that grew. */
export type Urgency = 'state' | 'progress';

/**
 * The edits that the whole workspace may make, however many bots and installs there are. Slack allows about 50
 * chat.update a minute (tier 3) for all messages together.
 */
export interface UpdateBudget {
  /** Takes one edit: 0 when it may go now, else how many milliseconds to wait before asking again. */
  take(urgency: Urgency): Promise<number>;
  /** Slack said "not before": nobody edits until then. */
  pause(seconds: number): Promise<void>;
}

/** In any minute at most CAPACITY + 60 × PER_SECOND = 40 edits go out. */
const CAPACITY = 10;
const PER_SECOND = 0.5;
/** Progress leaves this many edits to changes of state. */
const KEPT_FOR_STATE = 4;

/** KEYS: bucket, pause. ARGV: now (ms), capacity, tokens per ms, tokens that must stay. */
const takeScript = `
local pause = redis.call('PTTL', KEYS[2])
if pause > 0 then return pause end
local now, capacity, rate, keep = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local saved = redis.call('HMGET', KEYS[1], 'level', 'at')
local level = math.min(capacity, (tonumber(saved[1]) or capacity) + math.max(0, now - (tonumber(saved[2]) or now)) * rate)
local missing = 1 + keep - level
if missing > 0 then
  redis.call('HSET', KEYS[1], 'level', level, 'at', now)
  return math.ceil(missing / rate)
end
redis.call('HSET', KEYS[1], 'level', level - 1, 'at', now)
redis.call('PEXPIRE', KEYS[1], 120000)
return 0`;

export function createUpdateBudget(deps: { redis: Redis; clock: Clock; teamId: string }): UpdateBudget {
  const bucket = `xepa:{slack-${deps.teamId}}:updates`;
  const paused = `xepa:{slack-${deps.teamId}}:paused`;
  return {
    async take(urgency) {
      const keep = urgency === 'progress' ? KEPT_FOR_STATE : 0;
      const argv = [deps.clock.now(), CAPACITY, PER_SECOND / 1000, keep].map(String);
      return Number(await deps.redis.eval(takeScript, 2, bucket, paused, ...argv));
    },
    pause: async (seconds) => void (await deps.redis.set(paused, '1', 'PX', Math.max(1, Math.ceil(seconds * 1000)))),
  };
}
