import type { Clock } from '../../core/clock.ts';
import type { AuditNote } from '../../core/contracts/audit-event.ts';
import type { InstallStore } from '../../core/install-store.ts';
import type { PasskeyStore } from '../../core/passkey-store.ts';
import { personOf, type StepUpClaims, type StepUpLinks, type VoteClaims } from '../../core/step-up-links.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import type { Ceremony } from './ceremony.ts';
import { whyNotConfirm } from './confirm-vote.ts';
import type { Offer, StepUpView } from './contract.ts';
import type { Flow, FlowStore } from './flow-store.ts';
import { refuseLink, refuseVote } from './refusals.ts';
import { voteView } from './vote-view.ts';

export interface StepUpDeps {
  links: Pick<StepUpLinks, 'redeem'>;
  flows: FlowStore;
  passkeys: PasskeyStore;
  ceremony: Ceremony;
  store: Pick<InstallStore, 'find' | 'update' | 'note'>;
  clock: Clock;
  /** Records what concerns no install. */
  note(note: AuditNote): Promise<void>;
}

/** A flow and the browser's secret for it. */
export interface Entry {
  flow: Flow;
  secret: string;
}

/** Opens the page's flow with a link, once, or goes on with the one that this browser has. */
export async function begin(
  deps: StepUpDeps,
  asked: { ticket: string | null; secret: string | null },
): Promise<Entry | Refusal> {
  if (!deps.ceremony.possible) return refuse('passkey-host');
  return asked.ticket === null ? resume(deps, asked.secret) : enter(deps, asked.ticket, asked.secret);
}

/** The flow of this browser's cookie. */
export async function resume(deps: Pick<StepUpDeps, 'flows'>, secret: string | null): Promise<Entry | Refusal> {
  const flow = await deps.flows.find(secret);
  return flow && secret !== null ? { flow, secret } : refuse('no-flow');
}

/** What the browser's authenticator is asked for next: a linked passkey, or a new one. */
export async function offer(deps: StepUpDeps, { flow, secret }: Entry): Promise<Offer | Refusal> {
  const view = await viewOf(deps, flow);
  if (isRefusal(view)) return view;
  const person = personOf(flow.claims);
  const passkeys = await deps.passkeys.list(person);
  const create = view.purpose === 'link' && view.stage !== 'prove';
  const made = create ? await deps.ceremony.offerCreate(person, passkeys) : await deps.ceremony.offerGet(passkeys);
  await deps.flows.keepChallenge(secret, { kind: made.kind, text: made.options.challenge });
  return made;
}

/** What the page shows of a flow as things are now, or why it leads nowhere any more. */
export async function viewOf(
  deps: StepUpDeps,
  flow: Flow,
  linked: string | null = null,
): Promise<StepUpView | Refusal> {
  const { claims } = flow;
  if (claims.purpose === 'vote') return voteViewOf(deps, claims);
  const passkeys = await deps.passkeys.list(personOf(claims));
  const shared = { purpose: 'link' as const, person: claims.slackUser, linked };
  if (passkeys.length === 0) return { ...shared, stage: 'create', passkeys: [] };
  if (!passkeys.some(({ id }) => id === flow.provenBy)) return { ...shared, stage: 'prove', passkeys: [] };
  const lines = passkeys.map(({ id, label, createdAt, lastUsedAt }) => ({ id, label, createdAt, lastUsedAt }));
  return { ...shared, stage: 'manage', passkeys: lines };
}

/** Writes a refusal where it belongs: on the install's trail, or on the one of people. */
export async function noteRefusal(deps: StepUpDeps, claims: StepUpClaims, reason: string): Promise<void> {
  const actor = { via: 'console' as const, id: claims.slackUser };
  if (claims.purpose === 'link') {
    const { team } = claims;
    return deps.note({ type: 'refused', actor, detail: { what: 'link-passkey', reason, team } });
  }
  const detail = { what: 'confirm-vote', reason, round: claims.round };
  await deps.store.note(claims.installId, { type: 'refused', actor, detail });
}

async function enter(deps: StepUpDeps, ticket: string, secret: string | null): Promise<Entry | Refusal> {
  const redeemed = await deps.links.redeem(ticket);
  if (redeemed.ok) return resume(deps, await deps.flows.open(redeemed.claims, ticket));
  // A double click in Slack opens two tabs: the second one comes with the cookie of the first.
  const mine = redeemed.why === 'used' ? await resume(deps, secret) : refuse('no-flow');
  return !isRefusal(mine) && deps.flows.isOf(mine.flow, ticket) ? mine : refuseLink(redeemed.why);
}

async function voteViewOf(deps: StepUpDeps, claims: VoteClaims): Promise<StepUpView | Refusal> {
  const person = claims.slackUser;
  const record = await deps.store.find(claims.installId);
  if (!record?.approval) return refuse('not-found');
  const why = whyNotConfirm(record, { ...claims, voter: person }, deps.clock.now());
  if (why !== null) {
    await noteRefusal(deps, claims, why);
    return refuseVote(why);
  }
  if ((await deps.passkeys.list(personOf(claims))).length === 0) {
    await noteRefusal(deps, claims, 'no-passkey');
    return refuse('no-passkey');
  }
  return voteView(record, record.approval, { person, stage: 'confirm' });
}
