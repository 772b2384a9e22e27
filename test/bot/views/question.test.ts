import { describe, expect, test } from 'vitest';
import { lintMessage } from '../../../bot/block-kit/lint.ts';
import { installButtons } from '../../../bot/views/buttons.ts';
import { dashboard } from '../../../bot/views/dashboard.ts';
import { headline } from '../../../bot/views/headline.ts';
import { milestonesOf } from '../../../bot/views/milestones.ts';
import { undoneText } from '../../../bot/views/outcome.ts';
import { rootMessage } from '../../../bot/views/root-message.ts';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import type { Question } from '../../../core/contracts/question.ts';
import { bob } from '../../support/an-install.ts';
import { installAt, installedRecord } from '../../support/records.ts';

const base = {
  n: 1,
  askedAt: Date.UTC(2026, 10, 22, 10),
  until: Date.UTC(2026, 10, 22, 14),
  why: 'It is so.',
  logs: [],
};
const questions: Record<Question['kind'], Question> = {
  'nothing-bootable': {
    ...base,
    kind: 'nothing-bootable',
    step: 'handback',
    findings: ['No boot code'],
    answers: ['boot', 'leave-in-rescue'],
  },
  silent: {
    ...base,
    kind: 'silent',
    step: 'verify',
    findings: ['no answer within 15 min'],
    answers: ['look-again', 'to-rescue', 'is-up'],
  },
  'in-rescue': {
    ...base,
    kind: 'in-rescue',
    step: 'verify',
    findings: ['sda has a GPT'],
    logs: [{ path: 'sda2: /var/log/syslog', tail: 'panic ``` <!channel> @here' }],
    answers: ['console-again', 'boot', 'leave-in-rescue'],
  },
};

function asked(kind: Question['kind'], parts: Partial<InstallRecord> = {}): InstallRecord {
  const question = questions[kind];
  return installAt(question.step, { why: 'somebody' }, { facts: { question }, ...parts });
}

const replyOf = (record: InstallRecord) => milestonesOf(record).find(({ key }) => key.startsWith('question-'));

/** Text, id and value of each button of a message. */
function buttonsOf(blocks: readonly object[]): [string, string, string][] {
  const text = JSON.stringify(blocks.filter((block) => 'type' in block && block.type === 'actions'));
  return [
    ...text.matchAll(/"action_id":"([^"]+)","value":"([^"]+)","text":\{"type":"plain_text","text":"([^"]+)"/g),
  ].map(([, id = '', value = '', label = '']) => [label, id, value]);
}

describe.each(Object.keys(questions) as Question['kind'][])('the question "%s"', (kind) => {
  test('keeps to the limits of Slack, in the message and in the thread', () => {
    for (const message of [rootMessage(asked(kind)), replyOf(asked(kind))?.message]) {
      if (!message) throw new Error('it is said in the thread');
      expect(lintMessage(message)).toMatchObject({ ok: true });
    }
  });

  test('has its buttons in both, for this question alone', () => {
    const record = asked(kind);
    const reply = buttonsOf(replyOf(record)?.message.blocks ?? []);
    expect(reply.map(([, , value]) => new Set([value]).has('xe-7f3kq2#1'))).toEqual(
      questions[kind].answers.map(() => true),
    );
    expect(buttonsOf(rootMessage(record).blocks)).toEqual(expect.arrayContaining(reply));
    expect(headline(record).word).toBe('Waiting for an answer');
  });

  test('says what it waits for, how long, and what happens without an answer', () => {
    for (const { blocks } of [replyOf(asked(kind))?.message ?? { blocks: [] }, rootMessage(asked(kind))]) {
      expect(JSON.stringify(blocks)).toMatch(/XEPA waits 4 h .*Without an answer by <!date\^\d+/);
    }
  });

  test('has no buttons once it is answered', () => {
    const answered = asked(kind, { answer: { n: 1, kind: 'boot', by: bob, at: 2 } });
    expect(buttonsOf(rootMessage(answered).blocks).filter(([, id]) => id.includes('answer'))).toEqual([]);
    expect(headline(answered).word).not.toBe('Waiting for an answer');
  });
});

test('is among what needs somebody in `/xepa status`, with its buttons', () => {
  const record = asked('silent');
  const { text, blocks } = dashboard({ open: [record], ended: [], more: 0 }, record.createdAt);
  expect(text).toBe('XEPA: 1 running, 0 waiting for approval, 0 stuck.');
  expect(JSON.stringify(blocks)).toContain('Waits for an answer');
  expect(buttonsOf(blocks).map(([label]) => label)).toEqual([
    'Look again',
    'Back to rescue and show me',
    'It is up, I see it',
  ]);
});

test('a silent metal is no alarm', () => {
  const { text = '' } = replyOf(asked('silent'))?.message ?? {};
  expect(text).toBe('👀 <@U01ALICE>, web-07 has not answered yet.');
});

test('what a log says is shown, and does nothing', () => {
  const blocks = JSON.stringify(replyOf(asked('in-rescue'))?.message.blocks);
  expect(blocks).toContain("panic ''' &lt;!channel&gt; @here");
});

test('the report lists what was written, file by file, and what else to know', () => {
  const handback = {
    restored: [],
    loaders: ['a'],
    written: ['sda1: /EFI/BOOT/BOOTX64.EFI'],
    notes: ['sda2 is encrypted'],
    loader: null,
  };
  const record = installedRecord({ facts: { handback, verify: { up: true, evidence: 'x' } } });
  const blocks = JSON.stringify(milestonesOf(record).find(({ key }) => key === 'ended')?.message.blocks);
  expect(blocks).toMatch(/Written on its disk\*\\n• sda1: .*Good to know\*\\n• sda2 is encrypted/);
});

test('the console again is told as a console, with its plan and its screen each time, and may be cancelled', () => {
  const again = { n: 2, by: bob.id };
  const boot = { requestedAt: 1, marker: '', entry: 1 };
  const rescue = { publicKey: '', entries: 2 };
  const record = installAt('attend', {}, { facts: { again, boot, rescue } });
  expect(headline(record).word).toBe('Console ready');
  const [ready] = milestonesOf(record).filter(({ key }) => key === 'console-ready-2');
  expect(ready?.message.text).toContain('the screen on web-07 is ready');
  const root = JSON.stringify(rootMessage(record));
  expect(root).toContain('the metal boots from its disk again');
  expect(root).toContain('Nothing is erased by XEPA');
  const early = installAt('survey', {}, { facts: { again, boot, rescue } });
  expect(headline(early).word).toBe('Getting the console ready');
  expect(JSON.stringify(installButtons(early))).toContain('its old content is not brought back');
  expect(undoneText({ ...early, phase: 'undone', journal: [] })).toContain('what it overwrote is gone');
});

test('an install that ends in rescue says how to get in', () => {
  const verify = { up: false, evidence: 'left', inRescue: true, saidBy: bob.id };
  const record = installedRecord({ facts: { verify } });
  expect(headline(record).word).toBe('Installed, left in rescue');
  expect(milestonesOf(record).at(-1)?.message.text).toMatch(/XEPA’s key is removed from it: log in as/);
});

test('a console that ends in rescue is not told of as back on its disk', () => {
  const verify = { up: false, evidence: 'left', inRescue: true, saidBy: bob.id };
  const ended = installedRecord({ facts: { verify } });
  const { iso: _none, ...request } = ended.request;
  const record: InstallRecord = { ...ended, request: { ...request, purpose: 'console' } };
  expect(headline(record).word).toBe('Left in rescue');
  expect(milestonesOf(record).at(-1)?.message.text).toMatch(/stays in its rescue system\. XEPA’s key is removed/);
});
