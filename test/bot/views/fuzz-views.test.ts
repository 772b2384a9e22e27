import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lintMessage, lintView } from '../../../bot/block-kit/lint.ts';
import type { InstallDraft } from '../../../bot/install-request.ts';
import type { ApprovalTerms } from '../../../bot/policy/types.ts';
import { denyForm } from '../../../bot/views/deny-form.ts';
import { dryRun } from '../../../bot/views/dry-run.ts';
import { type HomeContent, homeView } from '../../../bot/views/home.ts';
import { type InstallFormState, installForm } from '../../../bot/views/install-form.ts';
import { reviewForm } from '../../../bot/views/review-form.ts';
import type { InstallRecord } from '../../../core/contracts/install.ts';
import { eagerTexts, stringsOf } from '../../support/seen-texts.ts';
import {
  defined,
  diskFrom,
  full,
  maybe,
  placementFrom,
  type Source,
  some,
  sparse,
  time,
  wildRecord,
} from '../../support/wild-records.ts';
import { endlessText, wildText } from '../../support/wild-text.ts';

const about = { id: 'a-draft', rev: 1 };
const anyText = fc.oneof(wildText, endlessText);
const ids = fc.oneof(fc.constantFrom('U01ALICE', 'U02BOB'), wildText);
const moments = fc.oneof(time, fc.double());

/** Installs of one list: each has an id of its own, as in the store. */
const records = fc
  .array(wildRecord, { maxLength: 12 })
  .map((all) => all.map((one, index) => ({ ...one, id: `xe-${index}` })));

const home: fc.Arbitrary<HomeContent> = fc.oneof(
  fc.record({ kind: fc.constant('outsider' as const), reason: anyText }),
  fc.record({
    kind: fc.constant('member' as const),
    now: time,
    ...{ needsMe: records, toReview: records, running: records, waiting: records, finished: records },
    owned: fc.array(
      fc.record({ name: anyText, lock: fc.option(fc.record({ by: ids, reason: anyText, until: fc.option(moments) })) }),
    ),
    freezes: fc.array(fc.record({ tag: fc.option(anyText), until: fc.option(moments), reason: anyText, by: ids })),
    mayInstall: fc.boolean(),
  }),
);

function termsFrom(from: Source): fc.Arbitrary<ApprovalTerms> {
  const need = fc.record({ label: from.text, count: fc.integer({ min: 1, max: 20 }) });
  const needs = some(from, need).map((all) => all.map((one) => ({ ...one, users: [], groups: [] })));
  const flags = {
    stepUp: fc.boolean(),
    typedHostname: fc.boolean(),
    denyReason: fc.boolean(),
    knownDisks: fc.boolean(),
  };
  const times = { expiresInMs: fc.nat(), startWithinMs: fc.option(fc.nat()) };
  return fc.record({ because: from.text, needs, ...flags, ...times, breakGlass: fc.constant(null) });
}

function draftFrom(from: Source): fc.Arbitrary<InstallDraft> {
  const { text } = from;
  const rules = some(from, text);
  return fc.record({
    device: fc.record({ provider: text, id: text, name: text, tags: some(from, text) }),
    request: fc
      .record({
        iso: fc.option(
          fc
            .record({
              url: text.map((path) => `https://x.example/${path}`),
              name: maybe(from, text),
              sha256: maybe(from, text),
            })
            .map(defined),
          { nil: undefined },
        ),
        snapshot: fc.option(fc.boolean(), { nil: undefined }),
        ...{ disk: maybe(from, text), reason: maybe(from, text), startAt: maybe(from, moments) },
        requestedBy: fc.constant({ via: 'slack' as const, id: 'U01ALICE' }),
      })
      .map(defined)
      .map((request) => (request.iso ? request : { ...request, purpose: 'console' as const })),
    profile: fc.option(
      fc.record({
        ...{ seenAt: moments, serial: text, model: text, disks: some(from, diskFrom(from)) },
        ladder: some(from, placementFrom(from)),
      }),
    ),
    judgement: fc.oneof(
      fc.record({ kind: fc.constant('allowed' as const), rules }),
      fc.record({ kind: fc.constant('needs-approval' as const), rules, terms: termsFrom(from) }),
    ),
    policy: fc.string(),
  });
}
const draft = fc.oneof(draftFrom(sparse), draftFrom(full));

/** What somebody typed behind the command before the form opened, and names that others gave to ISOs. */
const formState: fc.Arbitrary<InstallFormState> = fc
  .record({
    isos: fc.uniqueArray(fc.oneof(fc.constantFrom('debian-13', 'talos-1.9'), wildText), { maxLength: 120 }),
    answers: fc.uniqueArray(fc.oneof(fc.constantFrom('node', 'web.ks'), wildText), { maxLength: 120 }),
    answer: fc.option(fc.oneof(fc.constant('node'), anyText), { nil: undefined }),
    ...{ device: fc.option(anyText, { nil: undefined }), disk: fc.option(anyText, { nil: undefined }) },
    iso: fc.option(fc.oneof(fc.constant('debian-13'), anyText), { nil: undefined }),
    ...{ reason: fc.option(anyText, { nil: undefined }), channel: fc.constantFrom(undefined, '', 'C01OPS') },
    ...{
      sha256: fc.option(anyText, { nil: undefined }),
      beginAt: fc.option(fc.integer({ min: 1.7e12, max: 1.9e12 }), { nil: undefined }),
    },
    advanced: fc.record({
      firmware: anyText,
      rung: fc.constantFrom('raw-block', 'RAW-BLOCK'),
      also: anyText,
      fix: anyText,
    }),
    ...{ showsAdvanced: fc.boolean(), canMove: fc.boolean(), pickedChannel: fc.constantFrom(undefined, 'C01OPS') },
  })
  .map((state) => ({ about, ...state }));

/** Nothing that Slack would refuse, nobody is called who has no part in it, and nothing becomes a link by itself. */
function expectHarmless(said: object, allowed: readonly string[]): void {
  const text = stringsOf(said).join('\n');
  const mentions = (text.match(/<[@#!][^>]*>/g) ?? []).filter((made) => !made.startsWith('<!date^'));
  expect(mentions.filter((made) => !allowed.includes(made))).toEqual([]);
  expect(eagerTexts(said)).toEqual([]);
}

/** Whom a Home or a form may mention: those of whom it tells. */
function peopleIn(one: InstallRecord): string[] {
  const { votes = [], breakGlass } = one.approval ?? {};
  const people = [one.request.requestedBy, breakGlass?.by, ...votes.map(({ by }) => by)];
  return people.flatMap((person) => (person && person.via !== 'system' ? [`<@${person.id}>`] : []));
}

test('App Home passes the lint, whatever people and providers wrote', () => {
  fc.assert(
    fc.property(home, (content) => {
      const view = homeView(content);
      expect(lintView(view)).toEqual({ ok: true });
      const shown = content.kind === 'member' ? [...content.needsMe, ...content.toReview] : [];
      expectHarmless(view, ['<@U01ALICE>', '<@U02BOB>', ...shown.flatMap(peopleIn)]);
    }),
    { numRuns: 60 },
  );
}, 30_000);

test('the form for a new install passes the lint, whatever was typed before it opened', () => {
  fc.assert(
    fc.property(formState, (state) => {
      expect(lintView(installForm(state))).toEqual({ ok: true });
    }),
    { numRuns: 150 },
  );
}, 30_000);

test('the review and the dry run pass the lint, whatever is to be installed where', () => {
  fc.assert(
    fc.property(draft, fc.boolean(), (one, changed) => {
      const review = reviewForm(one, about, changed);
      expect(lintView(review)).toEqual({ ok: true });
      expectHarmless(review, []);
      const answer = dryRun(one);
      expect(lintMessage(answer)).toEqual({ ok: true });
      expectHarmless(answer, []);
    }),
    { numRuns: 150 },
  );
}, 30_000);

test('the form of a denial passes the lint', () => {
  fc.assert(
    fc.property(wildRecord, (one) => {
      const view = denyForm(one);
      expect(lintView(view)).toEqual({ ok: true });
      expectHarmless(view, peopleIn(one));
    }),
    { numRuns: 100 },
  );
}, 30_000);
