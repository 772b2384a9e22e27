import type { ReachFacts } from '../../core/contracts/facts.ts';
import { XepaError } from '../../core/errors.ts';
import { sshKeyContext } from '../../core/sealing.ts';
import { fingerprint } from '../../core/ssh/host-key.ts';
import { judgeProof, type Proof, readProof } from '../host/proof.ts';
import { isPublished } from '../providers/published-key.ts';
import type { Provider, RescueAccess } from '../providers/types.ts';
import type { StepContext } from '../saga/step.ts';
import { capabilitiesOf, need, providerOf, type StepDeps } from './deps.ts';
import { askToBeLetIn, HAND_MS, HAND_POLL_MS, nobodyCame } from './key-by-hand.ts';
import { enterRescue, entryOf } from './rescue.ts';
import { judgeRestart, quietMs } from './rescue-restart.ts';

/** Real servers test their memory for minutes. Milliseconds. */
const POLL_MS = 1_000;
const SLOW_POLL_MS = 5_000;
const QUICK_MS = 60_000;
/** For the login, too: an emulated or busy server takes seconds from its first word to the proof. */
const KNOCK_MS = 15_000;
const MAX_ENTRIES = 2;
/** A provider that should have published a host key by then, and has not, does not stop an install for ever. */
const UNPUBLISHED_PART = 0.5;

/** `missing`: what is waited for, completing "Waiting for …"; it is worth another look after `ms`. */
export type RescueProof = { reach: ReachFacts } | { missing: string; ms: number };

/** Longest that it may take until a rescue system has proven itself, or is known not to. Milliseconds. */
export function longestProofMs(deps: Pick<StepDeps, 'settings'>): number {
  return MAX_ENTRIES * deps.settings.rescueMs + HAND_MS + 60_000;
}

/**
 * One look at whether the rescue system that was asked for is there: SSH answers, and proves that it is a rescue in memory.
 * Asks for one more entry when it did not come in its time.
 * @param entriesBefore entries into rescue that belong to an earlier time in rescue
 * @param judge reasons why what answers is not the rescue system that was asked for
 * @throws XepaError not-rescue after the second entry; host-key-changed
 */
export async function proveRescue(
  deps: StepDeps,
  context: StepContext,
  entriesBefore: number,
  judge = (proof: Proof) => judgeProof(proof, undefined),
): Promise<RescueProof> {
  const { record, signal } = context;
  const provider = providerOf(deps, record);
  await repeatLastEntry(deps, context, entriesBefore);
  const quiet = quietMs(context);
  if (quiet > 0) return { missing: 'the provider to restart the server', ms: quiet };
  const access = await provider.rescueAccess(record.device.id, entryOf(context.record), signal);
  const { failed = false } = access;
  const waited = waitedMs(context);
  // Whoever still runs when the time of the last entry is over is not restarted any more.
  const mayBeOld = waited < deps.settings.rescueMs || entriesSince(context, entriesBefore) < MAX_ENTRIES;
  const judgeAll = (proof: Proof) => [...judge(proof), ...(mayBeOld ? judgeRestart(context, proof) : [])];
  const notYet = notUpYet(provider, access);
  const attempt: Attempt =
    notYet === null ? await knock(deps, context, { access, judge: judgeAll }) : { missing: notYet };
  if ('reach' in attempt) return attempt;
  const ms = pollMs(capabilitiesOf(deps, record).pollSeconds, waited);
  if (byHand(provider, context, attempt)) {
    if (waited >= Math.max(HAND_MS, deps.settings.rescueMs)) throw nobodyCame(deps, context);
    const missing = attempt.refused ? await askToBeLetIn(deps, context, access) : attempt.missing;
    return { missing, ms: Math.max(ms, HAND_POLL_MS) };
  }
  if (!failed && waited < deps.settings.rescueMs) return { missing: attempt.missing, ms };
  return tryAgain(deps, context, { missing: attempt.missing, entriesBefore, failed });
}

/** `refused`: something answers that does not know our key. `bootId`: of one that let us in and is not what is waited for. */
type Attempt = { reach: ReachFacts } | { missing: string; refused?: boolean; bootId?: string };

/** Somebody has been asked for this entry, or is to be: a restart would take away what they have done. */
function byHand(provider: Provider, { record }: StepContext, attempt: { refused?: boolean }): boolean {
  const { letIn, entries } = need(record.facts.rescue, 'rescue');
  return provider.capabilities.keyDelivery === 'by-hand' && (attempt.refused === true || letIn?.entry === entries);
}

/** What the provider itself says is still missing; null where SSH may be tried. */
function notUpYet({ title }: Provider, { pending, failed, missing }: RescueAccess): string | null {
  if (failed) return `${title} to bring the rescue system up, which it says has failed`;
  return pending ? `${title} to bring the rescue system up` : (missing ?? null);
}

/**
 * Logs in, with the host key that must answer, and has the system judged; keeps the connection where nothing speaks against it.
 * @throws XepaError host-key-changed
 */
export async function knock(
  deps: StepDeps,
  context: StepContext,
  { access, judge }: { access: RescueAccess; judge(proof: Proof): string[] },
): Promise<Attempt> {
  const { record, signal } = context;
  const pin = await whatToPin(deps, context, access);
  if ('missing' in pin) return pin;
  const { host, port, user, sudo } = access;
  const privateKey = deps.sealer.open(need(record.sealed.sshKey, 'rescue'), sshKeyContext(record.id));
  const knocking = AbortSignal.timeout(KNOCK_MS);
  try {
    const address = { host, port, user, sudo, hostKey: pin.hostKey };
    const { shell, seenHostKey } = await deps.openShell(address, privateKey, AbortSignal.any([signal, knocking]));
    let proven = false;
    try {
      const proof = await shell.exec(readProof(), signal);
      const [reason] = judge(proof);
      if (reason !== undefined) {
        const missing = `the rescue system; what answers now is not it: ${reason.replace(/\.$/, '')}`;
        return { missing, bootId: proof.bootId };
      }
      proven = true;
      // The next steps need not log in again.
      deps.shells.keep(record.id, shell);
      const pinned = { hostKey: seenHostKey, fingerprint: fingerprint(seenHostKey), bootId: proof.bootId };
      return { reach: { host, port, user, sudo, ...pinned } };
    } finally {
      if (!proven) shell.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    return knocking.aborted ? { missing: notAnswering } : whyNotIn(error);
  }
}

/**
 * The host key that must answer; null where the first one is trusted. Where the provider publishes it, nobody is
 * logged in to before it is published, nor to anybody else: what answers is looked at without sending anything.
 */
async function whatToPin(
  deps: StepDeps,
  context: StepContext,
  access: RescueAccess,
): Promise<{ hostKey: string | null } | { missing: string }> {
  const { host, port, hostKey, published } = access;
  if (published.length > 0) {
    const presented = await deps.readHostKey({ host, port, timeoutMs: KNOCK_MS });
    if (presented === null) return { missing: notAnswering };
    if (isPublished(presented, published)) return { hostKey: presented };
    throw swappedKey(providerOf(deps, context.record).title, access, presented);
  }
  const fromApi = providerOf(deps, context.record).capabilities.hostKeys === 'from-api';
  const patient = waitedMs(context) < deps.settings.rescueMs * UNPUBLISHED_PART;
  if (fromApi && patient) return { missing: "the provider to publish the rescue system's host key" };
  return { hostKey };
}

function swappedKey(provider: string, { host }: RescueAccess, presented: string): XepaError {
  const seen = fingerprint(presented);
  return new XepaError('host-key-changed', {
    message: `${host} presents ${seen}, which ${provider} does not publish`,
    userMessage: `The server at ${host} presents the SSH host key ${seen}, which is none of those that ${provider} publishes for its rescue system, so nothing was sent to it. Find out who answers at this address before you start again.`,
  });
}

/** Often while a quick machine may come up, then gently; never more often than the provider bears. */
function pollMs(pollSeconds: number, waited: number): number {
  const own = waited < QUICK_MS ? POLL_MS : SLOW_POLL_MS;
  return Math.max(own, pollSeconds * 1_000);
}

const notAnswering = 'the rescue system to answer SSH';

/** While the device restarts, no answer, a cut line and the installed system's refusal are all to be expected. */
function whyNotIn(error: unknown): Attempt {
  if (!(error instanceof XepaError)) throw error;
  if (error.code === 'not-allowed')
    return { missing: 'the rescue system; what answers SSH now does not know our key', refused: true };
  if (error.code === 'unreachable' || error.code.startsWith('host-command')) return { missing: notAnswering };
  throw error;
}

/** One more entry into rescue, then it is over: a device that is reset again and again helps nobody. */
async function tryAgain(
  deps: StepDeps,
  context: StepContext,
  { missing, entriesBefore, failed }: { missing: string; entriesBefore: number; failed: boolean },
): Promise<RescueProof> {
  const { entries } = need(context.record.facts.rescue, 'rescue');
  const external = capabilitiesOf(deps, context.record).rescueEntry === 'external';
  const tries = entriesSince(context, entriesBefore);
  if (tries >= MAX_ENTRIES || external) throw notRescue(deps, { missing, failed }, tries);
  await enterRescue(deps, context, entries + 1, 'given-up');
  return { missing: 'the rescue system after a second restart', ms: POLL_MS };
}

/**
 * The second entry is asked for here, and its count is saved before the call. After a crash or a failure it is not
 * known whether the provider heard it; asked again, the provider's own history tells.
 */
async function repeatLastEntry(deps: StepDeps, context: StepContext, entriesBefore: number): Promise<void> {
  const { entries } = need(context.record.facts.rescue, 'rescue');
  const unsure = context.entry.state === 'started' || context.entry.failures > 0;
  if (entriesSince(context, entriesBefore) > 1 && unsure) await enterRescue(deps, context, entries, 'given-up');
}

function entriesSince({ record }: StepContext, entriesBefore: number): number {
  return need(record.facts.rescue, 'rescue').entries - entriesBefore;
}

function waitedMs(context: StepContext): number {
  return context.now() - (context.record.facts.rescue?.requestedAt ?? context.entry.startedAt);
}

function notRescue(
  deps: StepDeps,
  { missing, failed }: { missing: string; failed: boolean },
  entries: number,
): XepaError {
  const minutes = Math.max(1, Math.round(deps.settings.rescueMs / 60_000));
  const within = failed ? '' : ` within ${minutes} minutes`;
  const tries = entries > 1 ? `${entries} restarts into rescue` : 'one restart into rescue';
  return new XepaError('not-rescue', {
    message: `no proof of rescue after ${entries} entries: ${missing}`,
    userMessage: `The rescue system did not come up${within} after ${tries}. XEPA waited for ${missing}. Nothing was written to the server.`,
  });
}
