import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock.ts';
import type { Urgency } from './urgency.ts';

/** A wish to edit one message. */
export interface EditWish {
  installId: string;
  /** Names the message within the install. */
  key: string;
  urgency: Urgency;
  /** When the message was last edited, in milliseconds since 1970: of equals, the stalest goes first. */
  lastAt: number;
}

/**
 * The edits that the whole workspace may make, however many bots and installs there are. Slack allows about 50
 * chat.update a minute (tier 3) for all messages together.
 */
export interface UpdateBudget {
  /** Takes one edit: 0 when it may go now, else how many milliseconds to wait before asking again. */
  take(wish: EditWish): Promise<number>;
  /** Slack said "not before": until then nothing but decisions is edited. */
  pause(seconds: number): Promise<void>;
}

/** In any minute at most CAPACITY + 60 × PER_SECOND = 40 edits go out. */
const CAPACITY = 10;
const PER_SECOND = 0.5;

/** How many edits each kind leaves in the bucket for more urgent ones. */
const kept: Readonly<Record<Urgency, number>> = { decision: 0, failure: 1, step: 2, heartbeat: 4, percent: 4 };

/**
 * How much older a message counts for its urgency. So the most urgent come first, and still nobody starves: a message
 * that has stood still for long enough is ahead of anything newer. Milliseconds.
 */
const headStart: Readonly<Record<Urgency, number>> = {
  decision: 24 * 3600_000,
  failure: 600_000,
  step: 60_000,
  heartbeat: 30_000,
  percent: 0,
};

/** A number that only grows is shown at most this often per install, and less often the more installs there are. */
const LEAST_MS = 3_000;
const PER_INSTALL_MS = 1_500;
/** An install that asked within this time is one of those that share the budget. */
const RUNNING_MS = 120_000;
/** Nobody is sent away for longer: what was said of the waiting time changes with those who come and go. */
const LONGEST_WAIT_MS = 60_000;
/** Who does not come back has nothing to show any more, or its bot died; its place is given up. */
const GRACE_MS = 5_000;
/** A message that stood still this long is as urgent as a new step. */
const STALE_MS = 60_000;

/**
 * KEYS: bucket, waiting (by rank), due (by the time they come back), running (by the last question).
 * ARGV: now, who, rank, edits to leave, urgent (1: not paused), install, soonest by its own interval ('' for none).
 */
const takeScript = `
local now, who, rank, keep = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local function come_back(ms)
  local wait = math.max(1, math.min(math.ceil(ms), ${LONGEST_WAIT_MS}))
  redis.call('ZADD', KEYS[2], rank, who)
  redis.call('ZADD', KEYS[3], now + wait + ${GRACE_MS}, who)
  return wait
end
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', '(' .. ARGV[1])) do
  redis.call('ZREM', KEYS[2], gone)
  redis.call('ZREM', KEYS[3], gone)
end
redis.call('ZREM', KEYS[2], who)
redis.call('ZREM', KEYS[3], who)
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - ${RUNNING_MS})
redis.call('ZADD', KEYS[4], now, ARGV[6])
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 600000) end
if ARGV[7] ~= '' then
  local every = math.max(${LEAST_MS}, redis.call('ZCARD', KEYS[4]) * ${PER_INSTALL_MS})
  local early = tonumber(ARGV[7]) + every - now
  if early > 0 then return math.min(early, ${LONGEST_WAIT_MS}) end
end
local saved = redis.call('HMGET', KEYS[1], 'level', 'at', 'paused')
local paused = (tonumber(saved[3]) or 0) - now
if paused > 0 and ARGV[5] == '0' then return come_back(paused) end
local rate = ${PER_SECOND / 1000}
-- Clocks of bots differ: time that was paid out once is not paid out again.
local since = tonumber(saved[2]) or now
local at = math.max(now, since)
local level = math.min(${CAPACITY}, (tonumber(saved[1]) or ${CAPACITY}) + (at - since) * rate)
local ahead = redis.call('ZCOUNT', KEYS[2], '-inf', '(' .. ARGV[3])
local missing = 1 + keep + ahead - level
if missing > 0 then
  redis.call('HSET', KEYS[1], 'level', level, 'at', at)
  return come_back(missing / rate)
end
redis.call('HSET', KEYS[1], 'level', level - 1, 'at', at)
return 0`;

export function createUpdateBudget(deps: { redis: Redis; clock: Clock; teamId: string }): UpdateBudget {
  const named = (part: string) => `xepa:{slack-${deps.teamId}}:${part}`;
  const bucket = named('updates');
  const keys = [bucket, named('updates-waiting'), named('updates-due'), named('updates-running')];
  return {
    async take(wish) {
      const now = deps.clock.now();
      const { urgency, lastAt, installId } = wish;
      const stale = now - lastAt >= STALE_MS;
      const keep = stale ? Math.min(kept[urgency], kept.step) : kept[urgency];
      const soonest = urgency === 'percent' ? lastAt : '';
      const who = `${installId}/${wish.key}`;
      const isDecision = urgency === 'decision' ? 1 : 0;
      const argv = [now, who, lastAt - headStart[urgency], keep, isDecision, installId, soonest].map(String);
      return Number(await deps.redis.eval(takeScript, keys.length, ...keys, ...argv));
    },
    async pause(seconds) {
      await deps.redis.hset(bucket, 'paused', deps.clock.now() + Math.ceil(seconds * 1000));
    },
  };
}
