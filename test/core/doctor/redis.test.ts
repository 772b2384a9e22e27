import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../core/doctor/check.ts';
import {
  judgeEviction,
  judgeLatency,
  judgeMemory,
  judgePersistence,
  judgeRole,
  judgeVersion,
} from '../../../core/doctor/redis.ts';
import { parseInfo } from '../../../core/doctor/redis-reading.ts';

const text = [
  '# Server',
  'redis_version:7.0.15',
  'os:Linux 6.1.0 x86_64',
  '',
  '# Memory',
  'used_memory:1048576',
  'maxmemory_policy:noeviction',
  'executable:/usr/bin/redis-server:odd',
].join('\r\n');
const info = (fields: Record<string, string>) => new Map(Object.entries(fields));

test('INFO is read field by field, and a value may hold a colon', () => {
  const fields = parseInfo(text);
  expect(fields.size).toBe(5);
  expect(fields.get('redis_version')).toBe('7.0.15');
  expect(fields.get('executable')).toBe('/usr/bin/redis-server:odd');
});

describe('a Redis', () => {
  test.each<[string, Finding, Finding['state'], string]>([
    ['of 7.0 is new enough', judgeVersion(info({ redis_version: '7.0.15' })), 'ok', 'Redis 7.0.15'],
    ['of 6.2 is just new enough', judgeVersion(info({ redis_version: '6.2.0' })), 'ok', '6.2'],
    ['of 6.0 is too old', judgeVersion(info({ redis_version: '6.0.16' })), 'fail', 'too old'],
    ['of 10.0 is no older than 6.2', judgeVersion(info({ redis_version: '10.0.0' })), 'ok', '10.0.0'],
    ['that says no version is odd', judgeVersion(info({})), 'warn', 'version'],
    [
      'may be a Valkey',
      judgeVersion(info({ redis_version: '7.2.4', server_name: 'valkey', valkey_version: '8.1.3' })),
      'ok',
      'Valkey 8.1.3',
    ],
    ['must be a primary', judgeRole(info({ role: 'slave' })), 'fail', 'replica'],
    ['must be no node of a cluster', judgeRole(info({ role: 'master', cluster_enabled: '1' })), 'fail', 'cluster'],
    ['is well as a primary', judgeRole(info({ role: 'master', cluster_enabled: '0' })), 'ok', 'primary'],
    ['must not evict', judgeEviction(info({ maxmemory_policy: 'allkeys-lru' })), 'fail', 'allkeys-lru'],
    ['keeps everything', judgeEviction(info({ maxmemory_policy: 'noeviction' })), 'ok', 'noeviction'],
    ['may hide its policy', judgeEviction(info({})), 'warn', 'does not say'],
    ['with an append-only file is safe', judgePersistence(info({ aof_enabled: '1' }), ''), 'ok', 'append-only'],
    ['with snapshots alone loses some', judgePersistence(info({ aof_enabled: '0' }), '3600 1'), 'warn', 'snapshots'],
    ['without either loses all', judgePersistence(info({ aof_enabled: '0' }), ''), 'fail', 'loses every install'],
    ['may hide its snapshots', judgePersistence(info({ aof_enabled: '0' }), null), 'warn', 'does not say'],
    [
      'that could not write its file is broken',
      judgePersistence(info({ aof_enabled: '1', aof_last_write_status: 'err' }), ''),
      'fail',
      'could not write',
    ],
    [
      'whose snapshot failed may refuse writes',
      judgePersistence(info({ aof_enabled: '1', rdb_last_bgsave_status: 'err' }), '60 1'),
      'fail',
      'last snapshot failed',
    ],
    [
      'without a limit of memory is well',
      judgeMemory(info({ used_memory: '5000000', maxmemory: '0' })),
      'ok',
      '5.0 MB',
    ],
    ['half full is well', judgeMemory(info({ used_memory: '500', maxmemory: '1000' })), 'ok', '50 %'],
    ['nearly full wants more', judgeMemory(info({ used_memory: '850', maxmemory: '1000' })), 'warn', '85 %'],
    ['full refuses writes', judgeMemory(info({ used_memory: '990', maxmemory: '1000' })), 'fail', '99 %'],
    ['nearby answers quickly', judgeLatency([0.2, 0.3, 90, 0.2, 0.4]), 'ok', 'less than 1 ms'],
    ['far away answers slowly', judgeLatency([80, 0.3, 90, 85, 0.4]), 'warn', '80 ms'],
  ])('%s', (_what, finding, state, says) => {
    expect(finding.state).toBe(state);
    expect(finding.says).toContain(says);
    expect(finding.todo === undefined).toBe(state === 'ok');
  });
});
