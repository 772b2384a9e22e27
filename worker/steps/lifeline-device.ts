import type { LifelineFacts, LifelinePlan } from '../../core/contracts/lifeline.ts';
import type { Survey } from '../../core/contracts/survey.ts';
import { XepaError } from '../../core/errors.ts';
import { sshKeyContext } from '../../core/sealing.ts';
import type { HostShell } from '../../core/ssh/host-shell.ts';
import { readProof } from '../host/proof.ts';
import { addPath, dropPath, returnPath, usePath } from '../host/second-path.ts';
import { survey } from '../host/survey.ts';
import { done, type Outcome, type StepContext, waiting } from '../saga/step.ts';
import { need, type StepDeps } from './deps.ts';
import { noteLifeline } from './lifeline-notes.ts';

const POLL_MS = 3_000;
const KNOCK_MS = 10_000;
/** Switches and gateways take a while to know of each other. */
const LONGEST_MS = 8 * 60_000;

/**
 * Gives the device its second address beside the first one, has it answer there with the pinned host key and the same boot, and
 * only then moves its routes: over the new connection, which proves by that what it is to carry.
 */
export async function moveOnDevice(deps: StepDeps, context: StepContext, plan: LifelinePlan): Promise<Outcome> {
  const { signal } = context;
  const { way, moving } = need(context.record.facts.lifeline, 'lifeline');
  const second = need(way, 'lifeline');
  // Once the routes were told to move, the first path may be gone.
  if (!moving) await (await deps.shells.shellOf(context.record, signal)).exec(addPath(plan, second), signal);
  const shell = await knockAt(deps, context, second.address);
  if (!shell) return notAnswering(context, second);
  await keepAt(deps, context, { shell, host: second.address }, async () => {
    await noteLifeline(context, { moving: true });
    await shell.exec(usePath(plan, second), signal);
    mustHaveMoved(await shell.exec(survey(), signal), plan);
  });
  return done();
}

/**
 * For a server that stays in rescue: its first path works again, is proven in the same way, and the second one is forgotten. Nothing is to
 * be done where our connection never moved.
 */
export async function moveBackOnDevice(deps: StepDeps, context: StepContext): Promise<void> {
  const { plan, lifeline, reach } = context.record.facts;
  if (!plan?.lifeline || !lifeline?.way || !lifeline.moving || lifeline.backSince !== undefined) return;
  const [move, second, { signal }] = [plan.lifeline, lifeline.way, context];
  if (reach?.host !== lifeline.host) {
    await (await deps.shells.shellOf(context.record, signal)).exec(returnPath(move), signal);
    const shell = await knockAt(deps, context, lifeline.host);
    if (!shell) throw silent(lifeline.host, 'backoff');
    await keepAt(deps, context, { shell, host: lifeline.host }, async () => undefined);
  }
  await (await deps.shells.shellOf(context.record, signal)).exec(dropPath(move, second), signal);
}

/** From here on the install's connection is this one. It is closed where something fails before that. */
async function keepAt(
  deps: StepDeps,
  context: StepContext,
  { shell, host }: { shell: HostShell; host: string },
  before: () => Promise<void>,
): Promise<void> {
  let kept = false;
  try {
    await before();
    await context.save({ reach: { ...need(context.record.facts.reach, 'reach'), host } });
    deps.shells.keep(context.record.id, shell);
    kept = true;
  } finally {
    if (!kept) shell.close();
  }
}

/** A connection to the same boot of the same system at another address; null while nothing answers there. */
async function knockAt(deps: StepDeps, context: StepContext, host: string): Promise<HostShell | null> {
  const { record, signal } = context;
  const reach = need(record.facts.reach, 'reach');
  const privateKey = deps.sealer.open(need(record.sealed.sshKey, 'rescue'), sshKeyContext(record.id));
  const limited = AbortSignal.any([signal, AbortSignal.timeout(KNOCK_MS)]);
  try {
    const { shell } = await deps.openShell({ ...reach, host }, privateKey, limited);
    const { bootId } = await closedUnless(shell, () => shell.exec(readProof(), limited));
    if (bootId === reach.bootId) return shell;
    shell.close();
  } catch (error) {
    signal.throwIfAborted();
    const quiet = limited.aborted || (error instanceof XepaError && quietCodes.has(error.code));
    if (!quiet) throw error;
    return null;
  }
  throw another(host);
}

const quietCodes: ReadonlySet<string> = new Set(['unreachable', 'host-command-timeout', 'host-command-failed']);

async function closedUnless<T>(shell: HostShell, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    shell.close();
    throw error;
  }
}

function notAnswering(context: StepContext, { address, since }: NonNullable<LifelineFacts['way']>): Outcome {
  if (context.now() - since >= LONGEST_MS) throw silent(address, 'no');
  return waiting(POLL_MS, `the server to answer at its second address, ${address}`);
}

function silent(host: string, retry: 'backoff' | 'no'): XepaError {
  return new XepaError('unreachable', {
    message: `nothing answers at ${host}`,
    userMessage: `The server does not answer SSH at ${host}, so XEPA's connection stays where it was.`,
    retry,
  });
}

function another(host: string): XepaError {
  return new XepaError('host-key-changed', {
    message: `another boot answers at ${host}`,
    userMessage: `What answers at ${host} is not the rescue system that XEPA knows, so nothing was sent to it.`,
  });
}

/** The plan was made for a server on which this is so. */
function mustHaveMoved({ nics }: Survey, { given, carries }: LifelinePlan): void {
  const lifelines = nics.filter(({ lifeline }) => lifeline).map(({ mac }) => mac);
  if (lifelines.length === 1 && lifelines[0] === carries) return;
  throw new XepaError('device-unfit', {
    message: `the lifeline is ${lifelines.join(', ') || 'nowhere'} after it moved from ${given} to ${carries}`,
    userMessage: 'The rescue system still uses the port that was to be given to the virtual machine.',
  });
}
