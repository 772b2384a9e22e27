import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lintMessage } from '../../../bot/block-kit/lint.ts';
import { pageOf } from '../../../bot/list-filter.ts';
import { approvalList } from '../../../bot/views/approval-list.ts';
import { auditList, auditProof } from '../../../bot/views/audit.ts';
import { eventWords } from '../../../bot/views/audit-words.ts';
import { dashboard } from '../../../bot/views/dashboard.ts';
import { doctorReport } from '../../../bot/views/doctor.ts';
import { installList } from '../../../bot/views/install-list.ts';
import type { Message } from '../../../bot/views/message.ts';
import { sharedMessage } from '../../../bot/views/shared-message.ts';
import { genesis, nextLink } from '../../../core/audit-chain.ts';
import type { TrailEvent } from '../../../core/audit-export.ts';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import { type Line, partNames } from '../../../core/doctor/check.ts';
import { anApproval } from '../../support/an-approval.ts';
import { installAt, installedRecord, installRecord } from '../../support/records.ts';

const types = ['requested', 'refused', 'denied', 'step-failed', 'undo-retried', 'facts-saved', 'unheard-of-<!channel>'];

/** An event in which everything that can be a text is this text. */
function eventWith(text: string, type: string): TrailEvent {
  const detail = {
    what: text,
    reason: text,
    step: text,
    message: text,
    why: text,
    action: text,
    steps: [text],
    facts: [text],
  };
  const event = nextLink({ type, actor: { via: 'slack', id: text }, detail }, { seq: 1, at: 1, rev: 1, prev: genesis });
  return { install: recordWith(text, {}), event };
}

function recordWith(text: string, parts: Partial<InstallRecord>): InstallRecord {
  const record = installRecord(parts);
  const approval = record.approval ? { approval: { ...record.approval, because: text } } : {};
  return {
    ...record,
    ...approval,
    device: { ...record.device, name: text },
    request: { ...record.request, iso: { url: 'https://x.example/', name: text } },
  };
}

/** Every message of these commands, with this text wherever somebody else could put one. */
function allMessages(text: string): Message[] {
  let made = 0;
  const many = (parts: Partial<InstallRecord>) =>
    Array.from({ length: 20 }, () => {
      made += 1;
      return { ...recordWith(text, parts), id: `xe-${made}` };
    });
  const open = [
    ...many({ phase: 'stuck' }),
    ...many({ phase: 'approval', approval: anApproval() }),
    ...many({ at: 'attend' }),
    ...many({}),
  ];
  const lines: Line[] = partNames.flatMap((part) =>
    (['fail', 'warn', 'ok', 'skipped'] as const).map((state) => ({ part, name: text, state, says: text, todo: text })),
  );
  const events = Array.from({ length: 40 }, (_, index) => eventWith(text, types[index % types.length] ?? ''));
  const page = pageOf(open, 1, 15);
  return [
    dashboard({ open, ended: many({ phase: 'done' }), more: 3 }, Date.now()),
    dashboard({ open: [], ended: [], more: 0 }, Date.now()),
    approvalList(page, Date.now()),
    installList(page, Date.now()),
    auditList({ events, unreadable: 1, of: 'install `x`' }),
    auditList({ events: [], unreadable: 0, of: 'install `x`' }),
    auditProof({ trails: 2, events: 5, broken: [{ id: text, fault: text }] }, 'device `x`'),
    doctorReport(lines),
    sharedMessage(recordWith(text, { at: 'attend' }), { by: '<@U02BOB>', at: 1 }),
  ];
}

/** The texts that Slack interprets. */
function mrkdwnOf(message: Message): unknown {
  return [message.text, message.blocks.filter((block) => block.type === 'section' || block.type === 'context')];
}

function problemsOf(message: Message) {
  const verdict = lintMessage(message);
  return verdict.ok ? [] : verdict.errors;
}

describe('every message', () => {
  test.each(['web-07', 'é😀<&>`*_ '.repeat(1200), '<'.repeat(5000)])('keeps to the limits of Slack with %#', (text) => {
    expect(allMessages(text).flatMap(problemsOf)).toEqual([]);
  });

  test('gives no two blocks one name', () => {
    for (const { blocks } of allMessages('web-07')) {
      const names = blocks.flatMap((block) => block.block_id ?? []);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('lets no text of others ping or link', () => {
    const evil = fc.constantFrom('<!channel>', '<@U09EVIL>', '<https://evil.example|ok>', '&lt;', '`x`', '<#C1>');
    fc.assert(
      fc.property(fc.array(fc.oneof(evil, fc.string({ unit: 'grapheme' })), { minLength: 1 }), (parts) => {
        const made = allMessages(parts.join('') || 'x').map((message) => JSON.stringify(mrkdwnOf(message)));
        return made.every((text) => !/<!|<@U09EVIL|<https|<#/.test(text));
      }),
      { numRuns: 40 },
    );
  });
});

describe('the dashboard', () => {
  test('puts each open install into one place, and counts', () => {
    const open = [
      installAt('boot', { state: 'undo-failed' }, { id: 'xe-stuck2', phase: 'stuck' }),
      installRecord({ id: 'xe-waits2', phase: 'approval', approval: anApproval() }),
      installAt('attend', {}, { id: 'xe-ready2' }),
      installAt('media', {}, { id: 'xe-runs22' }),
      installAt('media', {}, { id: 'xe-undo22', phase: 'undo' }),
    ];
    const board = dashboard({ open, ended: [installedRecord({ id: 'xe-ended2' })], more: 0 }, Date.now());
    expect(board.text).toBe('XEPA: 3 running, 1 waiting for approval, 1 stuck.');
    const text = JSON.stringify(board.blocks.filter((block) => block.type === 'section'));
    for (const { id } of open) expect(text.split(id)).toHaveLength(2);
    expect(text).toContain('xe-ended2');
    const buttons = board.blocks.flatMap((block) =>
      block.type === 'actions'
        ? block.elements.map((one) => `${one.action_id} ${'value' in one ? one.value : ''}`)
        : [],
    );
    expect(buttons).toEqual([
      'xepa.retry xe-stuck2',
      'xepa.fixed xe-stuck2',
      'xepa.show xe-stuck2',
      'xepa.show xe-waits2',
      'xepa.console xe-ready2',
      'xepa.watch xe-ready2',
      'xepa.boot xe-ready2',
      'xepa.cancel xe-ready2',
    ]);
  });
});

describe('the audit trail', () => {
  test.each([
    ['approved', {}, 'approved it'],
    ['denied', { reason: 'not now' }, 'denied it: “not now”'],
    ['denied', {}, 'denied it'],
    ['refused', { what: 'approve', reason: 'Own request.' }, 'was refused “approve”: Own request.'],
    ['step-failed', { step: 'media', message: 'no answer' }, 'failed in “ISO”, and tries again: no answer'],
    ['undo-retried', { steps: ['bind', 'rescue'] }, 'had the undo tried again: bind, rescue'],
    ['step-done', { step: 'of-tomorrow' }, 'finished: of-tomorrow'],
    ['requested', { reason: 7 }, 'asked for the install'],
    ['start-refused', { why: ['Frozen.'] }, 'did not let it begin when its time had come: Frozen.'],
    ['keyboard-given', { to: 'U02BOB' }, 'gave the keyboard to <@U02BOB>'],
    ['keyboard-taken', { how: 'free' }, 'took the keyboard'],
    ['keyboard-taken', { how: 'unanswered', from: 'U02BOB' }, 'took the keyboard from <@U02BOB>, who did not refuse'],
    ['keyboard-kept', { from: ['U02BOB', '!channel'] }, 'kept the keyboard: <@U02BOB>, `!channel` asked for it'],
    ['vote-cast', {}, 'vote cast'],
    ['constructor', {}, 'constructor'],
    ['console-typed', { layout: 'de', characters: 12 }, 'had 12 characters typed on a keyboard de'],
    ['console-typed', { layout: 'us', secret: true }, 'had a password typed on a keyboard us'],
    ['console-typed', { sysRq: 'b' }, 'sent SysRq-B to the server'],
  ])('says of %s %j in words: %s', (type, detail, words) => {
    expect(eventWords({ type, detail })).toBe(words);
  });

  test('shows the newest first, and how many there are', () => {
    const events = Array.from({ length: 30 }, (_, index) => eventWith(`n${index}`, 'refused'));
    const list = auditList({ events, unreadable: 0, of: 'install `x`' });
    expect(list.text).toBe('The newest 25 of 30 events in the audit trail of install `x`.');
    const text = JSON.stringify(list.blocks);
    expect(text.indexOf('“n29”')).toBeLessThan(text.indexOf('“n5”'));
    expect(text).not.toContain('“n4”');
  });

  test('names the first break, or says that all is whole', () => {
    const broken = [{ id: 'xe-forged', fault: 'event 3 was changed after it was written' }];
    expect(auditProof({ trails: 1, events: 5, broken }, 'install `xe-forged`').text).toBe(
      '❌ The audit trail of install `xe-forged` is broken: event 3 was changed after it was written.',
    );
    expect(auditProof({ trails: 4, events: 5, broken }, 'device `x`').text).toContain('1 of 4 trails are broken');
    expect(auditProof({ trails: 4, events: 5, broken: [] }, 'device `x`').text).toBe(
      '✅ 4 audit trails of device `x` are whole: 5 events, none changed and none missing.',
    );
  });
});

test("the doctor's report begins with what needs something", () => {
  const line = (state: Line['state'], name: string): Line => ({ part: 'redis', name, state, says: 'it is so' });
  const { text, blocks } = doctorReport([line('ok', 'one'), line('warn', 'two'), line('fail', 'three')]);
  expect(text).toBe('🩺 1 failed, 1 to look at; 1 ok, 0 skipped.');
  const body = JSON.stringify(blocks);
  expect([body.indexOf('three'), body.indexOf('two'), body.indexOf('one')].toSorted((a, b) => a - b)).toEqual([
    body.indexOf('three'),
    body.indexOf('two'),
    body.indexOf('one'),
  ]);
  expect(doctorReport([line('ok', 'one')]).text).toContain('Everything that was looked at is well');
});
