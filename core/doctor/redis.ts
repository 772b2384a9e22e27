import { bytes } from '../bytes.ts';
import { type Check, type Finding, fail, looksAt, ok, skipped, warn } from './check.ts';
import { judgeSkew } from './clock.ts';
import type { RedisInfo, RedisReading } from './redis-reading.ts';

const LIMIT_MS = 8_000;
const SLOW_PING_MS = 20;
const SKEW_MS = 5_000;
const NO_ANSWER = 'Redis does not answer';

/**
 * @param source `read` is asked once and its answer kept by the caller (`once`); `absent` is said instead of a failure
 *   where this Redis need not be up
 */
export function redisChecks(source: { read: () => Promise<RedisReading>; absent: string | null }): Check[] {
  const { read, absent } = source;
  const check = (name: string, judge: (reading: RedisReading) => Finding): Check => ({
    part: 'redis',
    name,
    limitMs: LIMIT_MS,
    run: looksAt(read, judge, NO_ANSWER),
  });
  return [
    { part: 'redis', name: 'reachable', limitMs: LIMIT_MS, run: () => reach(read, absent) },
    check('version', ({ info }) => judgeVersion(info)),
    check('role', ({ info }) => judgeRole(info)),
    check('eviction', ({ info }) => judgeEviction(info)),
    check('persistence', ({ info, save }) => judgePersistence(info, save)),
    check('memory', ({ info }) => judgeMemory(info)),
    check('latency', ({ pings }) => judgeLatency(pings)),
    check('clock', ({ aheadMs }) => judgeRedisClock(aheadMs)),
  ];
}

async function reach(read: () => Promise<RedisReading>, absent: string | null): Promise<Finding> {
  if (absent === null) return ok(`${serverName((await read()).info)} answers`);
  const reading = await read().catch(() => null);
  return reading === null ? skipped(absent) : ok(`${serverName(reading.info)} answers`);
}

/** GETDEL came with 6.2; Valkey began at 7.2. */
export function judgeVersion(info: RedisInfo): Finding {
  const version = info.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (isValkey(info)) return ok(`${serverName(info)} does everything that XEPA needs of Redis`);
  if (version === '') return warn('the server does not say its version', 'Use Redis 6.2 or newer, or Valkey');
  if (major > 6 || (major === 6 && minor >= 2)) return ok(`${serverName(info)}; 6.2 is enough`);
  return fail(`${serverName(info)} is too old`, 'Use Redis 6.2 or newer, or Valkey: XEPA needs GETDEL');
}

export function judgeRole(info: RedisInfo): Finding {
  if (info.get('role') === 'slave') {
    return fail('this is a replica and refuses writes', 'Point `REDIS_URL` at the primary');
  }
  if (info.get('cluster_enabled') === '1') {
    return fail(
      'this is a node of a cluster, whose protocol XEPA does not speak',
      'Use one server, or a proxy before it',
    );
  }
  return ok('a primary that takes writes');
}

export function judgeEviction(info: RedisInfo): Finding {
  const policy = info.get('maxmemory_policy');
  if (policy === 'noeviction') return ok('`maxmemory-policy` is `noeviction`');
  if (policy === undefined) {
    return warn('the server does not say its `maxmemory-policy`', 'Make sure that it is `noeviction`');
  }
  return fail(
    `\`maxmemory-policy\` is \`${policy}\`: when memory is short, installs are thrown away`,
    'Run `redis-cli CONFIG SET maxmemory-policy noeviction`, and put it into the configuration',
  );
}

/** @param save when it takes snapshots, empty for never, null where that is not known */
export function judgePersistence(info: RedisInfo, save: string | null): Finding {
  const broken = brokenWrite(info);
  if (broken) return fail(broken, 'Look at the log of Redis and the room on its disk');
  if (info.get('aof_enabled') === '1') return ok('every write goes into an append-only file');
  const todo = 'Run `redis-cli CONFIG SET appendonly yes`, and put it into the configuration';
  if (save === null) {
    return warn('the append-only file is off, and the server does not say whether it takes snapshots', todo);
  }
  if (save !== '') return warn('only snapshots are taken: a crash loses everything since the last one', todo);
  return fail('nothing is written to disk: a restart loses every install', todo);
}

function brokenWrite(info: RedisInfo): string | null {
  if (info.get('aof_enabled') === '1' && info.get('aof_last_write_status') === 'err') {
    return 'Redis could not write its append-only file';
  }
  return info.get('rdb_last_bgsave_status') === 'err' ? 'the last snapshot failed, so Redis may refuse writes' : null;
}

export function judgeMemory(info: RedisInfo): Finding {
  const used = Number(info.get('used_memory') ?? 0);
  const max = Number(info.get('maxmemory') ?? 0);
  if (max === 0) return ok(`${bytes(used)} used, without a limit of its own`);
  const share = used / max;
  const says = `${bytes(used)} of ${bytes(max)} used (${Math.round(share * 100)} %)`;
  if (share > 0.95) return fail(says, 'Raise `maxmemory`: when it is full, every write is refused');
  return share > 0.8 ? warn(says, 'Raise `maxmemory` soon: records and audit trails are kept for ever') : ok(says);
}

/** @param pings milliseconds of each, in any order; the middle one counts */
export function judgeLatency(pings: readonly number[]): Finding {
  const middle = pings.toSorted((a, b) => a - b)[Math.floor(pings.length / 2)] ?? 0;
  const says = `a round trip takes ${middle < 1 ? 'less than 1' : Math.round(middle)} ms`;
  return middle > SLOW_PING_MS
    ? warn(says, 'Put Redis near the processes: every command makes about ten round trips')
    : ok(says);
}

function judgeRedisClock(aheadMs: number): Finding {
  const beyond = (says: string) => warn(says, 'Let both machines keep time by NTP');
  return judgeSkew({ whose: 'Redis', aheadMs, limitMs: SKEW_MS, beyond });
}

function isValkey(info: RedisInfo): boolean {
  return info.get('server_name') === 'valkey' || info.has('valkey_version');
}

function serverName(info: RedisInfo): string {
  if (isValkey(info)) return `Valkey ${info.get('valkey_version') ?? ''}`.trim();
  return `Redis ${info.get('redis_version') ?? ''}`.trim();
}
