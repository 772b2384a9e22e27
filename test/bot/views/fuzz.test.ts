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
import type { Actor } from '../../../core/contracts/actor.ts';
import type { Approval } from '../../../core/contracts/approval.ts';
import { type InstallRecord, Phase } from '../../../core/contracts/install.ts';
import type { Plan, TargetDisk } from '../../../core/contracts/plan.ts';
import { stepNames } from '../../../core/contracts/step-name.ts';
import { anApproval } from '../../support/an-approval.ts';
import { anInstallAt } from '../../support/an-install.ts';
import { endlessText, wildText } from '../../support/wild-text.ts';

const time = fc.integer({ min: 0, max: 4_102_444_800_000 });

interface Source {
  text: fc.Arbitrary<string>;
  /** Nothing is left out, and lists are as long as they get. */
  full: boolean;
}
const sparse: Source = { text: wildText, full: false };
const full: Source = { text: endlessText, full: true };

function some<T>({ full }: Source, one: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(one, { minLength: full ? 12 : 0, maxLength: 12 });
}

function maybe<T>({ full }: Source, one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return full ? one : fc.option(one, { nil: undefined });
}

function actorFrom({ text }: Source): fc.Arbitrary<Actor> {
  const id = fc.oneof(fc.constantFrom('U01ALICE', 'W02BOB', 'UX'), text);
  return fc.record({ via: fc.constantFrom('slack', 'console', 'cli', 'system'), id });
}

function diskFrom({ text }: Source): fc.Arbitrary<TargetDisk> {
  return fc.record({ path: text, serial: text, model: text, sizeBytes: fc.nat(), controller: text, holds: text });
}

function approvalFrom(from: Source): fc.Arbitrary<Approval> {
  const { text } = from;
  const expiresAt = fc.oneof(time, fc.double());
  const need = fc.record({ label: text, count: fc.integer({ min: 1, max: 20 }) });
  const stepUp = fc.constantFrom('not-needed', 'awaited', 'shown', 'done');
  const parts = {
    state: fc.constantFrom('pending', 'approved', 'denied', 'expired', 'withdrawn'),
    round: fc.integer({ min: 1, max: 99 }),
    because: text,
    expiresAt,
    needs: some(from, need).map((needs) => needs.map((one) => ({ ...one, users: [], groups: [] }))),
    votes: some(from, fc.record({ by: actorFrom(from), at: time, fits: fc.constant<number[]>([0]), stepUp })),
    stepUp: fc.boolean(),
    hardware: fc.option(fc.record({ seenAt: time, serial: text, model: text, disks: some(from, diskFrom(from)) })),
    by: maybe(from, actorFrom(from)),
    reason: maybe(from, text),
    turnedAway: maybe(
      from,
      fc.record({ by: actorFrom(from), at: time, why: some(from, text), named: some(from, text) }),
    ),
    voided: maybe(from, fc.record({ at: time, why: some(from, text) })),
    breakGlass: maybe(
      from,
      fc.record({ by: actorFrom(from), at: time, reason: text, effectiveAt: expiresAt, reviewBy: expiresAt }),
    ),
  };
  return fc.record(parts).map((given) => anApproval(defined(given)));
}

/** Everything of a record that comes from a person, a provider or a device. */
function givenFrom(from: Source) {
  const { text } = from;
  const step = fc.constantFrom(...stepNames);
  return fc.record({
    step,
    phase: fc.constantFrom(...Phase.options),
    device: fc.record({ provider: text, id: text, name: text, tags: some(from, text) }),
    url: text.map((path) => `https://x.example/${path}`),
    iso: fc.record({ name: maybe(from, text), sha256: maybe(from, text) }).map(defined),
    request: fc.record({ disk: maybe(from, text), reason: maybe(from, text) }).map(defined),
    requestedBy: actorFrom(from),
    approval: maybe(from, approvalFrom(from)),
    cancel: maybe(from, fc.record({ by: actorFrom(from), at: time })),
    failure: maybe(from, fc.record({ step, code: text, message: text, at: time })),
    state: fc.constantFrom('started', 'waiting', 'done', 'undoing', 'undone', 'undo-failed'),
    entry: fc.record({ why: text, error: fc.record({ code: text, message: text }) }),
    progress: fc.record({ done: fc.nat(), total: fc.option(fc.integer()), unit: fc.constantFrom('bytes', 'percent') }),
    erases: some(from, diskFrom(from)),
    warnings: some(from, text),
    loaders: some(from, text),
    verify: maybe(from, fc.record({ up: fc.boolean(), evidence: text })),
  });
}

/** An install in any state, with texts as bad as they can be; one of two has far too much of everything. */
const record: fc.Arbitrary<InstallRecord> = fc.oneof(givenFrom(sparse), givenFrom(full)).map((given) => {
  const { step, phase, device, request, requestedBy, state, progress, entry } = given;
  const base = anInstallAt(step);
  const done = base.journal.map((one) => ({ ...one, ...entry }));
  const journal = [...done, { run: 'r', failures: 3, startedAt: 1, step, state, progress, ...entry }];
  const { erases, warnings, loaders, verify } = given;
  return anInstallAt(step, {
    phase,
    device,
    request: { ...request, iso: { ...given.iso, url: given.url }, requestedBy },
    journal: phase === 'stuck' ? journal.map((one) => ({ ...one, state: 'undo-failed' })) : journal,
    facts: { plan: { ...aPlan, erases, warnings }, handback: { restored: [], loaders }, ...defined({ verify }) },
    ...defined({ approval: given.approval, cancel: given.cancel, failure: given.failure }),
  });
});

const aPlan: Plan = {
  firmware: 'uefi',
  accel: 'kvm',
  memoryMb: 1,
  cpus: 1,
  passed: [],
  nic: { mode: 'emulated', mac: '', address: null },
  digest: '',
  erases: [],
  warnings: [],
};

/** The same without the fields that are undefined. */
function defined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

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

/** All strings of a message, wherever they stand. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

/** Texts in which Slack would look for addresses and names by itself. */
function eagerTexts(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'type' in value && value.type === 'mrkdwn' && !('verbatim' in value && value.verbatim === true);
  return [...(own ? [value] : []), ...Object.values(value).flatMap(eagerTexts)];
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
    fc.property(record, (one) => {
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
