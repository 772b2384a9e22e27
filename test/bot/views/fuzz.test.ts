import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lintMessage } from '../../../bot/block-kit/lint.ts';
import { commands } from '../../../bot/commands/table.ts';
import { pageOf } from '../../../bot/list-filter.ts';
import { approvalCard } from '../../../bot/views/approval-card.ts';
import { consoleLink, consolesRevoked, linkSent } from '../../../bot/views/console-link.ts';
import { decisionText } from '../../../bot/views/decision.ts';
import { helpOf, helpOverview } from '../../../bot/views/help.ts';
import { installList } from '../../../bot/views/install-list.ts';
import { type Message, sentence } from '../../../bot/views/message.ts';
import { milestonesOf } from '../../../bot/views/milestones.ts';
import { rootMessage } from '../../../bot/views/root-message.ts';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import { eagerTexts, stringsOf } from '../../support/seen-texts.ts';
import { wildRecord } from '../../support/wild-records.ts';

/** Every message that a view can make of a record. */
function messagesOf(one: InstallRecord): Message[] {
  return [
    rootMessage(one),
    rootMessage(one, { progress: false }),
    approvalCard(one),
    approvalCard(pending(one)),
    consoleLink(one, { url: 'https://xepa.example.com/c#ticket', right: 'control', ttlSeconds: 120 }),
    consoleLink(one, { url: 'https://xepa.example.com/c#ticket', right: 'view', ttlSeconds: 120, from: 'U02BOB' }),
    linkSent(one, { right: 'view', ttlSeconds: 120, receiver: 'U02BOB' }),
    consolesRevoked(one),
    installList(pageOf([one], 1, 15), one.createdAt),
    installList(
      pageOf(
        Array.from({ length: 15 }, () => one),
        1,
        15,
      ),
      one.createdAt,
    ),
    sentence(`Your click came too late: this request is already ${decisionText(one)}.`),
    ...milestonesOf(one).map(({ message }) => message),
  ];
}

/** The same install while it waits for somebody who approves. */
function pending(one: InstallRecord): InstallRecord {
  return { ...one, phase: 'approval', ...(one.approval ? { approval: { ...one.approval, state: 'pending' } } : {}) };
}

function mentionable(one: InstallRecord): string[] {
  const { votes = [], by, breakGlass, turnedAway } = one.approval ?? {};
  const inReasons = (turnedAway?.named ?? []).map((id) => `<@${id}>`);
  const people = [
    one.request.requestedBy,
    by,
    breakGlass?.by,
    one.cancel?.by,
    turnedAway?.by,
    ...votes.map((vote) => vote.by),
  ];
  const named = people.flatMap((person) => (person && person.via !== 'system' ? [`<@${person.id}>`] : []));
  // Who gets a link of somebody else's, and who sent it.
  return [...named, ...inReasons, '<@U02BOB>'];
}

const wholeSentence = /^\S.{10,}[.!?…]['"”)`]*$/su;

test('every message passes the lint, has a sentence as its text, and calls nobody who has no part in it', () => {
  fc.assert(
    fc.property(wildRecord, (one) => {
      const allowed = mentionable(one);
      for (const message of messagesOf(one)) {
        expect(lintMessage(message)).toEqual({ ok: true });
        expect(message.text).toMatch(wholeSentence);
        const said = stringsOf(message).join('\n');
        const mentions = said.match(/<[@#!][^>]*>/g) ?? [];
        expect(mentions.filter((made) => !allowed.includes(made) && !made.startsWith('<!date^'))).toEqual([]);
        expect(said).not.toMatch(/<(?!@|!date\^)/);
        expect(eagerTexts(message.blocks)).toEqual([]);
      }
    }),
    { numRuns: 150 },
  );
}, 30_000);

test('the help of a command passes the lint', () => {
  const specs = commands.map(({ spec }) => spec);
  for (const message of [helpOverview(specs), ...specs.map(helpOf)]) {
    expect(lintMessage(message)).toEqual({ ok: true });
    expect(message.text).toMatch(wholeSentence);
  }
});
