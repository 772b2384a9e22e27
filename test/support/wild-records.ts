import fc from 'fast-check';
import type { Actor } from '../../core/contracts/actor.ts';
import type { Approval } from '../../core/contracts/approval.ts';
import { type InstallRecord, type InstallRequest, type IsoRequest, Phase } from '../../core/contracts/install.ts';
import { type Placement, Rung } from '../../core/contracts/ladder.ts';
import type { Plan, TargetDisk } from '../../core/contracts/plan.ts';
import { AnswerKind, Question } from '../../core/contracts/question.ts';
import { stepNames } from '../../core/contracts/step-name.ts';
import { anApproval } from './an-approval.ts';
import { anInstallAt } from './an-install.ts';
import { endlessText, wildText } from './wild-text.ts';

export const time = fc.integer({ min: 0, max: 4_102_444_800_000 });

export interface Source {
  text: fc.Arbitrary<string>;
  /** Nothing is left out, and lists are as long as they get. */
  full: boolean;
}
export const sparse: Source = { text: wildText, full: false };
export const full: Source = { text: endlessText, full: true };

export function some<T>({ full }: Source, one: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(one, { minLength: full ? 12 : 0, maxLength: 12 });
}

export function maybe<T>({ full }: Source, one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return full ? one : fc.option(one, { nil: undefined });
}

function actorFrom({ text }: Source): fc.Arbitrary<Actor> {
  const id = fc.oneof(fc.constantFrom('U01ALICE', 'W02BOB', 'UX'), text);
  return fc.record({ via: fc.constantFrom('slack', 'console', 'cli', 'system'), id });
}

export function diskFrom({ text }: Source): fc.Arbitrary<TargetDisk> {
  return fc.record({ path: text, serial: text, model: text, sizeBytes: fc.nat(), controller: text, holds: text });
}

export function placementFrom(from: Source): fc.Arbitrary<Placement> {
  const { text } = from;
  const rung = fc.constantFrom(...Rung.options);
  return fc.record({
    part: fc.constantFrom('disk', 'nic'),
    rung,
    ...{ device: text, how: text, asked: fc.boolean(), risks: some(from, text), first: some(from, text) },
    refused: some(from, fc.record({ rung, why: text })),
  });
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
    hardware: fc.option(
      fc.record({
        seenAt: time,
        serial: text,
        model: text,
        disks: some(from, diskFrom(from)),
        ladder: some(from, placementFrom(from)),
      }),
    ),
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

/** Whom its reasons name comes from a lock or a freeze, whose words are another's. */
function clearanceFrom(from: Source): fc.Arbitrary<NonNullable<InstallRecord['clearance']>> {
  const people = fc.constant<string[]>(['U02BOB']);
  const refused = fc.record({ reasons: some(from, fc.oneof(from.text, fc.constant('U02BOB froze it.'))), people });
  return fc.record({ at: time, policy: fc.string(), refused: maybe(from, refused) }).map(defined);
}

/** What an installed system has in its logs, and a provider in its words. */
function questionFrom(from: Source): fc.Arbitrary<Question> {
  const { text } = from;
  return fc.record({
    n: fc.constant(1),
    kind: fc.constantFrom(...Question.shape.kind.options),
    step: fc.constantFrom(...Question.shape.step.options),
    askedAt: time,
    until: time,
    why: text,
    findings: some(from, text),
    logs: some(from, fc.record({ path: text, tail: text })),
    answers: fc.constant([...AnswerKind.options]),
  });
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
    console: fc.boolean(),
    snapshot: fc.boolean(),
    request: fc.record({ disk: maybe(from, text), reason: maybe(from, text) }).map(defined),
    requestedBy: actorFrom(from),
    approval: maybe(from, approvalFrom(from)),
    cancel: maybe(from, fc.record({ by: actorFrom(from), at: time })),
    startAt: fc.option(fc.oneof(time, fc.double()), { nil: undefined }),
    clearance: fc.option(clearanceFrom(from), { nil: undefined }),
    failure: maybe(from, fc.record({ step, code: text, message: text, at: time })),
    unbegun: fc.boolean(),
    state: fc.constantFrom('started', 'waiting', 'done', 'undoing', 'undone', 'undo-failed'),
    entry: fc.record({ why: text, error: fc.record({ code: text, message: text }) }),
    progress: fc.record({
      ...{ done: fc.nat(), total: fc.option(fc.integer()), unit: fc.constantFrom('bytes', 'percent') },
      perSecond: fc.integer(),
    }),
    stream: fc.option(fc.record({ drive: text, verified: fc.boolean(), kept: fc.boolean() }), { nil: undefined }),
    erases: some(from, diskFrom(from)),
    warnings: some(from, text),
    ladder: some(from, placementFrom(from)),
    loaders: some(from, text),
    verify: maybe(from, fc.record({ up: fc.boolean(), evidence: text, inRescue: fc.boolean() })),
    question: maybe(from, questionFrom(from)),
  });
}

/** What is wanted: an ISO, or what is on the disk. */
function whatOf(given: {
  console: boolean;
  snapshot: boolean;
  url: string;
  iso: Omit<IsoRequest, 'url'>;
}): Pick<InstallRequest, 'purpose' | 'iso' | 'snapshot'> {
  if (given.console) return { purpose: 'console', snapshot: given.snapshot };
  return { iso: { ...given.iso, url: given.url } };
}

/** An install or a console in any state, with texts as bad as they can be; one of two has far too much of everything. */
export const wildRecord: fc.Arbitrary<InstallRecord> = fc.oneof(givenFrom(sparse), givenFrom(full)).map((given) => {
  const { step, phase, device, request, requestedBy, state, progress, entry } = given;
  const base = anInstallAt(step);
  const done = base.journal.map((one) => ({ ...one, ...entry }));
  const begun = [...done, { run: 'r', failures: 3, startedAt: 1, step, state, progress, ...entry }];
  const journal = given.unbegun && phase !== 'stuck' ? [] : begun;
  const { erases, warnings, ladder, loaders, verify, question, approval, cancel, failure, clearance } = given;
  return anInstallAt(step, {
    phase,
    device,
    request: { ...request, ...whatOf(given), requestedBy, ...defined({ startAt: given.startAt }) },
    journal: phase === 'stuck' ? journal.map((one) => ({ ...one, state: 'undo-failed' })) : journal,
    facts: {
      plan: { ...aPlan, erases, warnings, ladder },
      handback: { restored: [], loaders, written: loaders, notes: warnings, loader: null },
      media: { path: '', bytes: 1, sha256: '', label: '', boots: [], ...defined({ stream: given.stream }) },
      ...defined({ verify, question }),
    },
    ...defined({ approval, cancel, failure, clearance }),
  });
});

const aPlan: Plan = {
  firmware: 'uefi',
  accel: 'kvm',
  memoryMb: 1,
  cpus: 1,
  passed: [],
  nic: { mode: 'emulated', mac: '', address: null },
  block: null,
  ladder: [],
  digest: '',
  erases: [],
  warnings: [],
};

/** The same without the fields that are undefined. */
export function defined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
