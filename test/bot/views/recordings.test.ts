import { describe, expect, test } from 'vitest';
import { lintMessage } from '../../../bot/block-kit/lint.ts';
import { consoleLink } from '../../../bot/views/console-link.ts';
import { keptFor } from '../../../bot/views/recorded.ts';
import { recordingLink, recordingList } from '../../../bot/views/recordings.ts';
import { rootMessage } from '../../../bot/views/root-message.ts';
import type { RecordingEntry } from '../../../core/contracts/recording.ts';
import { anInstallAt } from '../../support/an-install.ts';

const DAY_MS = 86_400_000;
const recording = { keepMs: 30 * DAY_MS, rules: ['recorded'] };
const record = anInstallAt('attend', { recording });
const entry = (n: number, parts: Partial<RecordingEntry> = {}): RecordingEntry => {
  const id = `r${String(n).padStart(12, '0')}`;
  const times = { startedAt: 1_000_000, seenAt: 1_125_000 };
  return { id, user: 'U01ALICE', right: 'control', ...times, bytes: 2_500_000, keepMs: 30 * DAY_MS, ...parts };
};

test.each([
  [30 * DAY_MS, 'kept for 30 days'],
  [DAY_MS, 'kept for 1 day'],
  [3_600_000, 'kept for 1 h'],
])('%i ms are %s', (keepMs, words) => {
  expect(keptFor({ keepMs })).toBe(words);
});

describe('whoever gets a console that is recorded', () => {
  const link = { url: 'https://xepa.example.com/c#t', right: 'control' as const, ttlSeconds: 120 };

  test('is told so with the link and in the install’s message', () => {
    expect(consoleLink(record, link).text).toContain('This console is recorded; recordings are kept for 30 days.');
    expect(JSON.stringify(rootMessage(record))).toContain('This console is recorded');
  });

  test('is told nothing of it where it is not', () => {
    const plain = anInstallAt('attend');
    expect(JSON.stringify([consoleLink(plain, link), rootMessage(plain)])).not.toContain('recorded');
  });
});

describe('the list of recordings', () => {
  test('has who, when, how long, how large, and what became of it, with a button each', () => {
    const entries = [entry(1, { end: 'left' }), entry(2, { seenAt: 1_990_000, right: 'view' }), entry(3)];
    const message = recordingList(record, { entries, now: 2_000_000 });
    const rows = message.blocks.slice(1, -1).map((block) => JSON.stringify(block));
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/🖥️ <@U01ALICE> .* 2 min 5 s, 2\.5 MB\\n`r000000000001`/);
    expect(rows[1]).toMatch(/👀 .* is being made now/);
    expect(rows[2]).toMatch(/its end is missing/);
    expect(rows[0]).toContain(`"value":"${record.id} r000000000001"`);
    expect(lintMessage(message)).toEqual({ ok: true });
  });

  test('says why it is empty', () => {
    expect(recordingList(record, { entries: [], now: 0 }).text).toContain('nobody has had the console open');
    expect(recordingList(anInstallAt('attend'), { entries: [], now: 0 }).text).toContain('did not ask for any');
  });

  test('of hundreds fits into a message', () => {
    const entries = Array.from({ length: 300 }, (_, n) => entry(n));
    const message = recordingList(record, { entries, now: 2_000_000 });
    expect(lintMessage(message)).toEqual({ ok: true });
    expect(JSON.stringify(message)).toContain('The newest 40 are shown');
  });
});

test('a link stands in its button alone', () => {
  const message = recordingLink(record, { url: 'https://xepa.example.com/r#secret', ttlSeconds: 120 });
  expect(message.text).not.toContain('secret');
  expect(JSON.stringify(message.blocks)).toContain('"url":"https://xepa.example.com/r#secret"');
  expect(lintMessage(message)).toEqual({ ok: true });
});
