import { createHmac } from 'node:crypto';
import type { KexecFacts } from '../../core/contracts/kexec.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import { XepaError } from '../../core/errors.ts';
import { sshKeyContext } from '../../core/sealing.ts';
import { kexecDir, startKernel } from '../host/kexec.ts';
import { markWord } from '../host/kexec-cmdline.ts';
import { lateFindings, lostHardware } from '../host/kexec-lost.ts';
import { judgeProof, type Proof } from '../host/proof.ts';
import { type Outcome, type StepContext, waiting } from '../saga/step.ts';
import { enterOnce } from './come-back.ts';
import { need, providerOf, type StepDeps } from './deps.ts';
import { entryOf } from './rescue.ts';
import { knock, proveRescue } from './rescue-proof.ts';

/** No firmware is on this way, but drivers find controllers as the old kernel left them, and reset them first. Milliseconds. */
const LEAST_UP_MS = 5 * 60_000;
const POLL_MS = 1_000;
/** For a controller to show its disks, beside the time that drivers have at each start. */
const LOST_MS = 60_000;
const LOST_POLL_MS = 3_000;
const MOST_STRANGERS = 8;
/** Of what is missing; more of it says nothing more. */
const MOST_LOST = 3;

/** From the jump to the proof at most, without the way back where there is none. Milliseconds. */
export function longestUpMs({ settings }: Pick<StepDeps, 'settings'>): number {
  return settings.rescueMs;
}

/** A rescue system that was slow to come up at first is given that time again, though its firmware is not asked now. */
function upMs({ settings }: Pick<StepDeps, 'settings'>, { record, entry }: StepContext): number {
  const firstMs = entry.startedAt - (record.facts.rescue?.requestedAt ?? entry.startedAt);
  return Math.min(settings.rescueMs, Math.max(LEAST_UP_MS, firstMs));
}

/**
 * What the new kernel shows and nobody else can know: it went to the server over the connection that was pinned, and comes back from
 * its command line. Made of the install's own key, so that it need not be kept.
 */
export function kexecMark(deps: Pick<StepDeps, 'sealer'>, { record }: Pick<StepContext, 'record'>): string {
  const key = deps.sealer.open(need(record.sealed.sshKey, 'rescue'), sshKeyContext(record.id));
  return createHmac('sha256', key).update('kexec').digest('hex').slice(0, 32);
}

/** Goes on where the kernel was told to start anew. @returns what is waited for; null where nothing is on its way */
export async function returnFromKexec(deps: StepDeps, context: StepContext): Promise<Outcome | null> {
  const { kexec } = context.record.facts;
  if (kexec?.state === 'jumping') return comeUp(deps, context, kexec);
  if (kexec?.state === 'returning') return takeBack(deps, context, kexec);
  return null;
}

/** Waits for the new kernel, and has it proven by the mark: a new host key alone would say nothing. */
async function comeUp(deps: StepDeps, context: StepContext, kexec: KexecFacts): Promise<Outcome | null> {
  const { record, signal } = context;
  const provider = providerOf(deps, record);
  const access = await provider.rescueAccess(record.device.id, entryOf(record), signal);
  try {
    const judge = (proof: Proof) => judgeNewStart(proof, { bootId: kexec.bootId, mark: kexecMark(deps, context) });
    const attempt = await knock(deps, context, { access, judge });
    if ('reach' in attempt) {
      const hostKey = attempt.reach.hostKey === record.facts.reach?.hostKey ? 'kept' : 'new';
      await context.save({ reach: attempt.reach, kexec: { ...kexec, state: 'up', since: context.now(), hostKey } });
      return null;
    }
    if (attempt.bootId === kexec.bootId) await startAgain(deps, context, kexec);
    else if (attempt.bootId !== undefined) await remember(context, kexec, attempt.bootId);
    if (context.now() - kexec.since < upMs(deps, context)) {
      const ms = Math.max(POLL_MS, provider.capabilities.pollSeconds * 1_000);
      return waiting(ms, 'the rescue kernel, which starts anew with the IOMMU on');
    }
    return giveUp(
      deps,
      context,
      `It was started anew, but did not come up in time: XEPA waited for ${attempt.missing}.`,
    );
  } catch (error) {
    if (!(error instanceof XepaError) || error.code !== 'host-key-changed') throw error;
    return giveUp(deps, context, `It was started anew, but cannot be trusted: ${error.userMessage}`);
  }
}

/** Somebody may have restarted the server into rescue by hand: what answers then must not be taken for what the provider is asked for. */
async function remember(context: StepContext, kexec: KexecFacts, bootId: string): Promise<void> {
  if (kexec.strangers.includes(bootId)) return;
  await context.save({ kexec: { ...kexec, strangers: [...kexec.strangers, bootId].slice(-MOST_STRANGERS) } });
}

/** Reasons why what answers is not the kernel that we have started. */
function judgeNewStart(proof: Proof, { bootId, mark }: { bootId: string; mark: string }): string[] {
  const marked = shows(proof, mark);
  return [...judgeProof(proof, bootId), ...(marked ? [] : ['It is not the kernel that XEPA has started.'])];
}

/** Reasons why what answers is not the rescue system that it was taken back into: the provider takes a while to restart the server. */
function judgeReturn(proof: Proof, { bootId, strangers }: KexecFacts, mark: string): string[] {
  const before = shows(proof, mark) || [bootId, ...strangers].includes(proof.bootId);
  return [...judgeProof(proof, undefined), ...(before ? ['It was not restarted yet.'] : [])];
}

function shows({ cmdline }: Proof, mark: string): boolean {
  return cmdline.split(/\s+/).includes(markWord(mark));
}

/** The old kernel still answers: a worker may have died before it told it to jump. Told twice, it jumps once. */
async function startAgain(deps: StepDeps, context: StepContext, { bootId }: KexecFacts): Promise<void> {
  const shell = await deps.shells.shellOf(context.record, context.signal);
  await shell.exec(startKernel(bootId, kexecDir(context.record.id)), context.signal);
  deps.shells.drop(context.record.id);
}

/**
 * Compares what the new kernel finds with what the one before it had: what is missing is waited for a little, then there is the way back.
 * Later looks have what this kernel found itself to go by, and are not compared.
 * @returns what is waited for; null where all of it is there
 */
export async function missHardware(deps: StepDeps, context: StepContext, found: Survey): Promise<Outcome | null> {
  const { kexec, survey } = context.record.facts;
  if (kexec?.state !== 'up' || !survey || survey.iommu) return null;
  const lost = lostHardware(survey, found).slice(0, MOST_LOST);
  const [first] = [...lost, ...lateFindings(survey, found)];
  if (first === undefined) return null;
  if (context.now() - kexec.since < LOST_MS) return waiting(LOST_POLL_MS, `the new kernel to find ${first}`);
  if (lost.length === 0) return null;
  return giveUp(deps, context, `It was started anew, but did not find again: ${lost.join('; ')}.`);
}

/** The way back: the provider restarts the server into its rescue system, as it did at first. */
async function giveUp(deps: StepDeps, context: StepContext, why: string): Promise<Outcome> {
  const { kexec, rescue } = context.record.facts;
  const entriesBefore = need(rescue, 'rescue').entries;
  const since = context.now();
  await context.save({ kexec: { ...need(kexec, 'survey'), state: 'returning', since, why, entriesBefore } });
  deps.shells.drop(context.record.id);
  return waiting(0, 'the rescue system');
}

async function takeBack(deps: StepDeps, context: StepContext, kexec: KexecFacts): Promise<Outcome | null> {
  const { entriesBefore = 0 } = kexec;
  await enterOnce(deps, context, entriesBefore);
  const mark = kexecMark(deps, context);
  const proof = await proveRescue(deps, context, entriesBefore, (answer) => judgeReturn(answer, kexec, mark));
  if ('missing' in proof) return waiting(proof.ms, proof.missing);
  await context.save({ reach: proof.reach, kexec: { ...kexec, state: 'failed', since: context.now() } });
  return null;
}
