import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Passkey } from '../../core/passkey-store.ts';
import { personOf, type VoteClaims } from '../../core/step-up-links.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { Assertion, Creation } from './ceremony.ts';
import { confirmVote, verdictOn, whyNotConfirm } from './confirm-vote.ts';
import type { StepUpView } from './contract.ts';
import { type Entry, noteRefusal, type StepUpDeps, viewOf } from './flow.ts';
import { refuseTurnedAway, refuseVote } from './refusals.ts';
import { voteView } from './vote-view.ts';

/** What the page sends back after the browser has asked an authenticator. */
export const AnswerBody = z.object({ answer: z.unknown(), label: z.string().max(60).default('') });
type AnswerBody = z.infer<typeof AnswerBody>;

/** The bot needs a second at most while Slack answers. A page that waits longer looks dead. */
const LOOKS = 25;
const LOOK_MS = 200;

/** Checks an authenticator's answer against the one challenge of this flow, and does what it was given for. */
export async function answer(deps: StepUpDeps, entry: Entry, body: AnswerBody): Promise<StepUpView | Refusal> {
  const challenge = await deps.flows.takeChallenge(entry.secret);
  if (!challenge) return refuse('passkey-refused', 'The passkey was asked for too long ago. Press the button again.');
  if (challenge.kind === 'create') return link(deps, entry, { body, challenge: challenge.text });
  const passkey = await shownPasskey(deps, entry, { body, challenge: challenge.text });
  if (passkey === null) {
    await noteRefusal(deps, entry.flow.claims, 'passkey-refused');
    return refuse('passkey-refused');
  }
  const { claims } = entry.flow;
  if (claims.purpose === 'vote') return count(deps, claims, passkey.id);
  return viewOf(deps, await deps.flows.prove(entry.secret, entry.flow, passkey.id));
}

/** The linked passkey that made this answer, or null when none did. */
async function shownPasskey(
  deps: StepUpDeps,
  entry: Entry,
  given: { body: AnswerBody; challenge: string },
): Promise<Passkey | null> {
  const said = Assertion.safeParse(given.body.answer);
  if (!said.success) return null;
  const person = personOf(entry.flow.claims);
  const passkey = (await deps.passkeys.list(person)).find(({ id }) => id === said.data.id);
  if (!passkey) return null;
  const counter = await deps.ceremony.checkAssertion(said.data, { challenge: given.challenge, passkey });
  if (counter === null) return null;
  return (await deps.passkeys.used(person, passkey.id, { counter, at: deps.clock.now() })) ? passkey : null;
}

async function count(deps: StepUpDeps, claims: VoteClaims, credential: string): Promise<StepUpView | Refusal> {
  const { installId, team, slackUser: voter, round, digest } = claims;
  const at = deps.clock.now();
  const claim = { voter, team, round, digest, credential };
  let confirmed = false;
  const record = await deps.store.update(installId, (current) => {
    const change = confirmVote(current, claim, at);
    confirmed = change !== null;
    return change;
  });
  if (confirmed) return judged(deps, claims);
  const why = whyNotConfirm(record, claim, at) ?? 'no-vote';
  await noteRefusal(deps, claims, why);
  return refuseVote(why);
}

/** What became of the vote, if the bot says so soon; it goes on without this page in any case. */
async function judged(deps: StepUpDeps, claims: VoteClaims): Promise<StepUpView | Refusal> {
  const { installId, team, slackUser: person, round, digest } = claims;
  for (let looks = 0; ; looks += 1) {
    const record = await deps.store.find(installId);
    if (!record?.approval) return refuse('not-found');
    const verdict = verdictOn(record, { voter: person, team, round, digest }, deps.clock.now());
    if (verdict?.kind === 'turned-away') return refuseTurnedAway(verdict.why);
    if (verdict?.kind === 'void') return refuseVote(verdict.why);
    const stage = verdict === null ? 'shown' : 'counted';
    if (verdict !== null || looks === LOOKS) return voteView(record, record.approval, { person, stage });
    await pause(LOOK_MS);
  }
}

async function link(
  deps: StepUpDeps,
  entry: Entry,
  given: { body: AnswerBody; challenge: string },
): Promise<StepUpView | Refusal> {
  const { flow, secret } = entry;
  const person = personOf(flow.claims);
  const said = Creation.safeParse(given.body.answer);
  const key = said.success ? await deps.ceremony.checkCreation(said.data, { challenge: given.challenge }) : null;
  if (!key) {
    await noteRefusal(deps, flow.claims, 'passkey-refused');
    return refuse('passkey-refused', 'The new passkey could not be checked. Try again.');
  }
  const label = given.body.label.replace(/\s+/gu, ' ').trim() || 'Passkey';
  const detail = { team: person.team, credential: key.id, label, provenBy: flow.provenBy };
  // Written before it is done: a crash in between leaves a line too many, never one too few.
  await deps.note({ type: 'passkey-linked', actor: { via: 'console', id: person.user }, detail });
  const passkey = { ...key, label, createdAt: deps.clock.now(), lastUsedAt: null };
  const result = await deps.passkeys.add(person, passkey, flow.provenBy);
  if (result !== 'added') {
    await noteRefusal(deps, flow.claims, result);
    return refuse('passkey-rule', linkRules[result]);
  }
  return viewOf(deps, flow.provenBy === null ? await deps.flows.prove(secret, flow, key.id) : flow, key.id);
}

const linkRules = {
  known: 'This passkey is linked already.',
  'needs-proof': 'A passkey was linked meanwhile. Show it first, then link another one.',
  full: 'You have ten passkeys, which is the limit. Remove one first.',
};

/** Removes a linked passkey; only after one was shown in this flow. */
export async function remove(deps: StepUpDeps, { flow }: Entry, id: string): Promise<StepUpView | Refusal> {
  const view = await viewOf(deps, flow);
  if (isRefusal(view)) return view;
  if (view.purpose !== 'link' || view.stage !== 'manage' || flow.provenBy === null) return refuse('passkey-rule');
  const person = personOf(flow.claims);
  const actor = { via: 'console' as const, id: person.user };
  const detail = { team: person.team, credential: id, provenBy: flow.provenBy };
  await deps.note({ type: 'passkey-removed', actor, detail });
  const result = await deps.passkeys.remove(person, id, flow.provenBy);
  if (result === 'removed') return viewOf(deps, flow);
  await noteRefusal(deps, flow.claims, result);
  return refuse('passkey-rule', removeRules[result]);
}

const removeRules = {
  unknown: 'This passkey is not linked any more.',
  'needs-proof': 'Show a passkey that is linked first.',
  last: 'This is your only passkey. Link another one first: without any, your Slack account alone could link one.',
};
