import { describe, expect, test } from 'vitest';
import { lintMessage } from '../../../bot/block-kit/lint.ts';
import { consoleLink, consolesRevoked, linkSent } from '../../../bot/views/console-link.ts';
import { consoleUseText } from '../../../bot/views/console-use.ts';
import { milestonesOf } from '../../../bot/views/milestones.ts';
import { rootMessage } from '../../../bot/views/root-message.ts';
import type { ConsoleUse } from '../../../core/contracts/console-use.ts';
import { installAt } from '../../support/records.ts';

const alice = { user: 'U01ALICE', right: 'control', since: 1 } as const;
const bob = { user: 'U02BOB', right: 'view', since: 1 } as const;
const crowd = Array.from({ length: 40 }, (_, index) => ({ ...bob, user: `U9${index}X` }));
const byBob = { by: { via: 'slack', id: 'U02BOB' }, at: 77 } as const;

describe('who is at the console', () => {
  test.each<[string, ConsoleUse | undefined, string | null]>([
    ['nothing before somebody came', undefined, null],
    ['nothing of a console that was only revoked', { now: [], revoked: byBob }, null],
    ['who works there', { now: [alice] }, '🖥️ At the console: <@U01ALICE>'],
    ['who watches', { now: [bob] }, '👀 Watching: <@U02BOB>'],
    ['both', { now: [bob, alice] }, '🖥️ At the console: <@U01ALICE>  ·  👀 Watching: <@U02BOB>'],
    [
      'who went last, and after how long',
      { now: [], last: { user: 'U01ALICE', right: 'control', ms: 12 * 60_000 } },
      '▫️ Nobody is at the console. <@U01ALICE> was at the console for 12 min.',
    ],
    [
      'whose the keyboard is',
      { now: [alice, { ...alice, user: 'U03CAROL' }], keyboard: { holder: { ...alice, term: 't' }, asks: [] } },
      '🖥️ At the console: <@U01ALICE> ⌨️, <@U03CAROL>',
    ],
    ['no ping that a user id is not', { now: [{ ...alice, user: '!channel' }] }, '🖥️ At the console: `!channel`'],
  ])('is told: %s', (_what, use, text) => {
    expect(consoleUseText(use)).toBe(text);
  });

  test('names six and counts the others, within the limits of Slack', () => {
    expect(consoleUseText({ now: crowd })).toMatch(/^👀 Watching: (<@U9\dX>, ){6}34 more$/);
    expect(lintMessage(rootMessage(installAt('attend', {}, { console: { now: crowd } })))).toEqual({ ok: true });
  });

  test('stands in the message of the install only while its console is open', () => {
    const shown = (step: 'attend' | 'handback') =>
      JSON.stringify(rootMessage(installAt(step, {}, { console: { now: [alice] } })));
    expect(shown('attend')).toContain('At the console');
    expect(shown('handback')).not.toContain('At the console');
  });
});

describe('a change of hands', () => {
  const hands = (how: 'given' | 'idle' | 'unanswered', at: number) => {
    const handed = { from: 'U01ALICE', to: 'U02BOB', how, at };
    const found = milestonesOf(installAt('attend', {}, { console: { now: [], keyboard: { asks: [], handed } } }));
    return found.filter(({ key }) => key.startsWith('keyboard-'));
  };

  test.each([
    ['given', '⌨️ <@U01ALICE> gave the keyboard to <@U02BOB>.'],
    ['idle', '⌨️ <@U02BOB> took the keyboard from <@U01ALICE>, who had not used it for a while.'],
    ['unanswered', '⌨️ <@U02BOB> took the keyboard from <@U01ALICE>, who did not refuse within ten seconds.'],
  ] as const)('is said in the thread: %s', (how, text) => {
    expect(hands(how, 77).map(({ message }) => message.text)).toEqual([text]);
  });

  test('is news each time, and none where the keyboard was free', () => {
    expect([...hands('given', 77), ...hands('given', 78)].map(({ key }) => key)).toEqual([
      'keyboard-77',
      'keyboard-78',
    ]);
    const free = { holder: { ...alice, term: 't' }, asks: ['U02BOB'] };
    const record = installAt('attend', {}, { console: { now: [alice], keyboard: free } });
    expect(milestonesOf(record).map(({ key }) => key)).toEqual(['console-ready']);
  });
});

describe('closing all consoles', () => {
  test('is said in the thread once for each time', () => {
    const keys = (at: number) =>
      milestonesOf(installAt('attend', {}, { console: { now: [], revoked: { ...byBob, at } } }))
        .filter(({ message }) => message.text.includes('<@U02BOB> closed all consoles of this install'))
        .map(({ key }) => key);
    expect([keys(77), keys(78)]).toEqual([['consoles-revoked-77'], ['consoles-revoked-78']]);
  });
});

describe('a link', () => {
  const url = 'https://xepa.example.com/c#v1.ticket';
  const link = { url, right: 'view', ttlSeconds: 60, from: 'U01ALICE' } as const;

  test('to watch says so, and who sent it', () => {
    const { text } = consoleLink(installAt('attend'), link);
    expect(text).toMatch(
      /^<@U01ALICE> sent you this\. A look at the screen of web-07 .* within 1 min\. You watch only/,
    );
    expect(text).not.toContain('https://');
  });

  test('sent to somebody is not shown to who asked for it', () => {
    const told = linkSent(installAt('attend'), { right: 'view', ttlSeconds: 60, receiver: 'U02BOB' });
    expect(told.text).toContain('Sent to <@U02BOB>, who alone sees it: a link to watch the screen of web-07');
    expect(JSON.stringify(told)).not.toContain('https://');
  });

  test('and its company keep to the limits of Slack', () => {
    const device = { ...installAt('attend').device, name: '<&>'.repeat(500) };
    const record = installAt('attend', {}, { device });
    const told = linkSent(record, { right: 'control', ttlSeconds: 60, receiver: 'U02BOB' });
    for (const one of [consoleLink(record, link), told, consolesRevoked(record)]) {
      expect(lintMessage(one)).toEqual({ ok: true });
    }
  });
});
