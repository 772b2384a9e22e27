import { describe, expect, test } from 'vitest';
import { judgeRoom } from '../../bin/cli/doctor/data-folder.ts';
import { judgeProxy } from '../../bin/cli/doctor/proxy.ts';
import { judgeRecordings } from '../../bin/cli/doctor/recordings.ts';
import { hasFailed, reportJson, reportText } from '../../bin/cli/doctor/report.ts';
import type { Line } from '../../core/doctor/check.ts';

const lines: Line[] = [
  { part: 'rescue', name: 'tools', state: 'skipped', says: 'no install yet' },
  { part: 'redis', name: 'eviction', state: 'fail', says: 'it evicts', todo: 'Set `noeviction`' },
  { part: 'redis', name: 'version', state: 'ok', says: 'Redis 7.0' },
  { part: 'slack', name: 'clock', state: 'warn', says: 'the clock is late', todo: 'Use NTP' },
];

describe('the report', () => {
  test('has a heading per part, a word per line, and what to do', () => {
    expect(reportText(lines)).toBe(
      [
        'redis',
        '  FAIL  eviction: it evicts',
        '        → Set `noeviction`',
        '  ok    version: Redis 7.0',
        '',
        'slack',
        '  warn  clock: the clock is late',
        '        → Use NTP',
        '',
        'rescue',
        '  skip  tools: no install yet',
        '',
        '1 ok, 1 to look at, 1 failed, 1 skipped',
      ].join('\n'),
    );
  });

  test('lets nobody move the cursor or colour the terminal', () => {
    const text = reportText([{ part: 'slack', name: 'token', state: 'ok', says: 'a\u001b[31mb\rc\u202ed' }]);
    expect(text).toContain('token: a�[31mb�c�d');
  });

  test('is JSON for scripts, with a verdict', () => {
    expect(JSON.parse(reportJson(lines))).toEqual({ ok: false, lines });
    expect(hasFailed(lines.slice(2))).toBe(false);
  });
});

test.each([
  [{}, 'ok', 'none is set'],
  [{ HTTPS_PROXY: 'http://proxy.example:3128' }, 'warn', 'Node does not use it'],
  [{ https_proxy: 'http://proxy.example:3128', NODE_USE_ENV_PROXY: '1' }, 'ok', '`https_proxy` is used'],
])('a proxy in %j is judged', (source, state, says) => {
  expect(judgeProxy(source)).toMatchObject({ state, says: expect.stringContaining(says) });
});

test('a disk with little room is worth a warning', () => {
  expect(judgeRoom('./.xepa/data', 2e9)).toMatchObject({
    state: 'ok',
    says: './.xepa/data can be written, 2.0 GB are free',
  });
  expect(judgeRoom('./.xepa/data', 0.2e9).state).toBe('warn');
});

const room = (free: number, writable = true) => ({ path: '/srv/rec', writable, free });

test.each([
  [null, null, 'skipped', 'no policy and no folder'],
  [0, null, 'skipped', 'no rule asks for any'],
  [1, null, 'fail', '`XEPA_RECORDINGS_DIR` is not set: those consoles do not open'],
  [1, room(9e9, false), 'fail', '/srv/rec cannot be written'],
  [1, room(0.1e9), 'fail', '100 MB are free: consoles to be recorded do not open'],
  [null, room(1e9), 'warn', '1.0 GB are free'],
  [2, room(9e9), 'ok', '/srv/rec can be written'],
])('recordings that %j rules ask for, with %j, are judged', (asked, folder, state, says) => {
  expect(judgeRecordings({ asked, folder })).toMatchObject({ state, says: expect.stringContaining(says) });
});
