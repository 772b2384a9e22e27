import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lintMessage } from '../../../bot/block-kit/lint.ts';
import { commands } from '../../../bot/commands/table.ts';
import { pageOf } from '../../../bot/list-filter.ts';
import { approvalCard } from '../../../bot/views/approval-card.ts';
import { consoleLink } from '../../../bot/views/console-link.ts';
import { helpOf, helpOverview } from '../../../bot/views/help.ts';
import { installList } from '../../../bot/views/install-list.ts';
import type { Message } from '../../../bot/views/message.ts';
import { milestonesOf } from '../../../bot/views/milestones.ts';
import { rootMessage } from '../../../bot/views/root-message.ts';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import { stepNames } from '../../../core/contracts/step-name.ts';
import { anApproval } from '../../support/an-approval.ts';
import { installAt, installedRecord, installRecord } from '../../support/records.ts';

const pending = anApproval({ expiresAt: Date.UTC(2026, 0, 1, 11, 48) });
const bob = { via: 'slack' as const, id: 'U02BOB' };
const failure = { step: 'media' as const, code: 'iso-unusable', message: 'the ISO has another SHA-256', at: 1 };
const silent = installedRecord();
silent.facts = { ...silent.facts, verify: { up: false, evidence: 'no answer on the TCP ports 22, 80 within 15 min' } };
const undone = installAt('media').journal.map((entry) => ({ ...entry, state: 'undone' as const }));

const records: Record<string, InstallRecord> = {
  'waits for approval': installRecord({ phase: 'approval', approval: pending }),
  denied: installRecord({ phase: 'denied', approval: { ...pending, state: 'denied', by: bob, at: 1 } }),
  expired: installRecord({ phase: 'denied', approval: { ...pending, state: 'expired', at: 1 } }),
  withdrawn: installRecord({ phase: 'undone', approval: pending, cancel: { by: bob, at: 1 } }),
  ...Object.fromEntries(stepNames.map((step) => [`is at ${step}`, installAt(step, { why: 'something' })])),
  'is undone step by step': installRecord({ phase: 'undo', journal: undone, at: 'media', failure }),
  'failed and is undone': installRecord({ phase: 'undone', journal: undone, at: 'media', failure }),
  'is stuck': installAt('boot', { state: 'undo-failed' }, { phase: 'stuck', failure }),
  'is finished': installedRecord(),
  'is installed but silent': silent,
};

/** Every message that can be made of a record. */
function allMessages(record: InstallRecord): Message[] {
  const link = { url: `https://xepa.example.com/c#${'t'.repeat(600)}`, right: 'control' as const, ttlSeconds: 120 };
  const said = milestonesOf(record).map((milestone) => milestone.message);
  const card = record.approval ? [approvalCard(record)] : [];
  return [
    rootMessage(record),
    ...card,
    ...said,
    consoleLink(record, link),
    installList(pageOf([record], 1, 15), record.createdAt),
  ];
}

const problemsOf = (message: Message) => {
  const verdict = lintMessage(message);
  return verdict.ok ? [] : verdict.errors;
};

const shown = (record: InstallRecord) => JSON.stringify(rootMessage(record).blocks);

describe.each(Object.entries(records))('of an install that %s', (_state, record) => {
  test('every message keeps to the limits of Slack, also with endless text', () => {
    const long = 'é😀<&>`*_ '.repeat(1200);
    const endless: InstallRecord = {
      ...record,
      device: { ...record.device, name: long, id: long },
      request: { ...record.request, reason: long, iso: { url: `https://x.example/${long}`, name: long } },
      journal: record.journal.map((entry) => ({ ...entry, why: long, error: { code: 'x', message: long } })),
      ...(record.failure ? { failure: { ...record.failure, message: long } } : {}),
      ...(record.approval ? { approval: { ...record.approval, because: long } } : {}),
      facts: { ...record.facts, verify: { up: true, evidence: long } },
    };
    for (const one of [record, endless]) expect(allMessages(one).flatMap(problemsOf)).toEqual([]);
  });

  test('no text of a person can ping or link', () => {
    const evil = fc.constantFrom(
      '<!channel>',
      '<@U09EVIL>',
      '<https://evil.example|ok>',
      '&lt;',
      '`x`',
      '<#C1>',
      '\u202e',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(evil, fc.string({ unit: 'grapheme' }))), (parts) => {
        const text = parts.join('') || 'x';
        const one: InstallRecord = {
          ...record,
          device: { ...record.device, name: text },
          request: { ...record.request, reason: text, disk: text, iso: { url: 'https://x.example/', name: text } },
          journal: record.journal.map((entry) => ({ ...entry, why: text, error: { code: 'x', message: text } })),
        };
        const mrkdwn = allMessages(one).map((message) => JSON.stringify(mrkdwnOf(message)));
        return mrkdwn.every((made) => !/<!(?!date\^)|<@U09EVIL|<https|<#/.test(made));
      }),
      { numRuns: 60 },
    );
  });
});

/** The texts that Slack interprets; headers and buttons are plain text and interpret nothing. */
function mrkdwnOf(message: Message): unknown {
  return [message.text, message.blocks.filter((block) => block.type === 'section' || block.type === 'context')];
}

describe('the message of an install', () => {
  test('ticks what is done and shows how far the download is', () => {
    const progress = { done: 312_000_000, total: 650_000_000, unit: 'bytes' as const };
    const text = shown(installAt('media', { progress, why: 'the download from mirror.example.com' }));
    expect(text).toContain('✓ Rescue mode 1 min 34 s');
    expect(text).toContain('*Fetching the ISO*  ·  step 7 of 15');
    expect(text).toContain('██████████░░░░░░░░░░  *48 %*  ·  312 MB of 650 MB');
    expect(text).toContain('Waiting: the download from mirror.example.com');
    expect(text).toContain('*Next*   Hand over hardware');
  });

  test('shows how fast it goes and how long that will take, where it is known', () => {
    const progress = { done: 312_000_000, total: 650_000_000, unit: 'bytes' as const };
    const at = (perSecond: number) => shown(installAt('media', { progress: { ...progress, perSecond } }));
    expect(at(26_000_000)).toContain('312 MB of 650 MB  ·  26.0 MB/s, 13 s left');
    expect(at(0)).not.toContain('B/s');
  });

  test('says at the console how an ISO that is streamed is coming along', () => {
    const progress = { done: 312_000_000, total: 650_000_000, unit: 'bytes' as const };
    const attending = installAt('attend', { progress });
    const media = { path: '/i.iso', bytes: 1, sha256: '', label: '', boots: [] };
    const seen = (stream: { verified: boolean; kept: boolean }, sha256?: string) =>
      shown({
        ...attending,
        request: { ...attending.request, iso: { url: 'https://x.example/', ...(sha256 ? { sha256 } : {}) } },
        facts: { ...attending.facts, media: { ...media, stream: { ...stream, drive: 'nbd' } } },
      });
    expect(seen({ verified: false, kept: true }, 'ab')).toMatch(
      /still arriving\. Its checksum is compared before.*48 %/s,
    );
    expect(seen({ verified: false, kept: true })).not.toContain('Its checksum');
    expect(seen({ verified: true, kept: true })).not.toContain('arriving');
    expect(seen({ verified: true, kept: false })).toMatch(/larger than the memory.*No checksum was compared/);
  });

  test('is the same for two records that differ only in progress, when progress is left out', () => {
    const at = (done: number) => installAt('media', { progress: { done, total: 100, unit: 'bytes' } });
    expect(rootMessage(at(1))).not.toEqual(rootMessage(at(60)));
    expect(rootMessage(at(1), { progress: false })).toEqual(rootMessage(at(60), { progress: false }));
  });

  test.each([
    ['is at media', ['xepa.cancel']],
    ['is at attend', ['xepa.console', 'xepa.watch', 'xepa.boot', 'xepa.cancel']],
    ['is stuck', ['xepa.retry', 'xepa.fixed']],
    ['waits for approval', ['xepa.cancel']],
    ['is undone step by step', []],
    ['is finished', []],
  ])('%s: has the buttons that make sense then', (state, ids) => {
    const record = records[state] ?? installRecord();
    const found = rootMessage(record).blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
    expect(found.map((button) => button.action_id)).toEqual(ids);
    expect(found.every((button) => button.type === 'button' && button.value === record.id)).toBe(true);
  });

  test('collapses when it is finished', () => {
    expect(rootMessage(installedRecord()).blocks.map((block) => block.type)).toEqual(['header', 'section', 'context']);
    expect(rootMessage(installedRecord()).text).toBe(
      '✅ Installed: debian-13 on web-07, install xe-7f3kq2, requested by <@U01ALICE>.',
    );
  });

  test('of a failed install says what was put back, and that no disk was written', () => {
    const text = shown(records['failed and is undone'] ?? installRecord());
    expect(text).toContain('the ISO has another SHA-256');
    expect(text).toContain('rescue mode is off and our key is deleted');
    expect(text).toContain('No disk was written.');
  });

  test('never claims that the disk is untouched once the VM had it', () => {
    const late = installAt('attend').journal.map((entry) => ({ ...entry, state: 'undone' as const }));
    expect(shown(installRecord({ phase: 'undone', at: 'attend', journal: late, failure }))).toContain('is gone');
  });

  test('mentions only what Slack itself named', () => {
    const byHand = installRecord({
      request: { ...installRecord().request, requestedBy: { via: 'cli', id: '!channel' } },
    });
    expect(JSON.stringify(rootMessage(byHand))).not.toContain('<!channel');
  });
});

test('the console link stands in the button and in no text', () => {
  const url = 'https://xepa.example.com/c#v1.ticket';
  const message = consoleLink(installAt('attend'), { url, right: 'control', ttlSeconds: 120 });
  expect(JSON.stringify(mrkdwnOf(message))).not.toContain('https://');
  expect(JSON.stringify(message.blocks)).toContain(`"url":"${url}"`);
  expect(message.text).toContain('opens once, within 2 min');
});

test('the approval card warns of the disks, and says until when', () => {
  const text = JSON.stringify(approvalCard(records['waits for approval'] ?? installRecord()));
  expect(text).toContain('everything on them may be erased');
  expect(text).toContain('until <!date^1767268080^{date_short_pretty} {time}|2026-01-01 11:48 UTC>');
});

test('help and long lists keep to the limits', () => {
  const specs = commands.map((command) => command.spec);
  const many = Array.from({ length: 15 }, () =>
    installRecord({ device: { ...installRecord().device, name: '<'.repeat(500) } }),
  );
  const messages = [
    helpOverview(specs),
    ...specs.map(helpOf),
    installList(pageOf(many, 1, 15), Date.now()),
    installList(pageOf([], 1, 15), 0),
  ];
  expect(messages.flatMap(problemsOf)).toEqual([]);
});

test('an install whose system does not answer is not called running', () => {
  const said = milestonesOf(silent).map((milestone) => milestone.message.text);
  const text = [shown(silent), ...said].join('\n');
  expect(text).toContain('nothing answered after the restart');
  expect(text).not.toContain('runs on');
});
